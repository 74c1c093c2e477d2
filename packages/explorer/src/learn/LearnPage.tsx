import { useOffers } from '../data/useOffers.js';
import { LearnHelp } from './LearnHelp.js';
import { useLearnAddress } from './learnAddress.js';
import { RunList } from './list/RunList.js';
import { RunView } from './run/RunView.js';

/** The page Learn: one training run, or the list of those that are here. */
export default function LearnPage() {
  const { runs } = useOffers();
  const [{ run: asked }] = useLearnAddress();
  const run = runs.find(({ path }) => path === asked) ?? (runs.length === 1 ? runs[0] : undefined);
  return (
    <>
      <LearnHelp />
      {run ? (
        <RunView key={run.path} path={run.path} name={run.name} single={runs.length === 1} />
      ) : (
        <main className="page" id="content" tabIndex={-1}>
          <h1>Training runs</h1>
          {asked !== null && <p className="lead">There is no run “{asked}” here.</p>}
          <RunList runs={runs} />
        </main>
      )}
    </>
  );
}
