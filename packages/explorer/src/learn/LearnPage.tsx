import type { Offers } from '@incognita/workspace/schema';
import { useOffers } from '../data/useOffers.js';
import { LearnHelp } from './LearnHelp.js';
import { formatLearn, useLearnAddress } from './learnAddress.js';
import { RunList } from './list/RunList.js';
import { RunView } from './run/RunView.js';
import { LineageView } from './study/LineageView.js';
import { SweepView } from './study/SweepView.js';

/** The page Learn: one training run, or the list of those that are here. */
export default function LearnPage() {
  const { runs, studies } = useOffers();
  const [{ run: asked, study: askedStudy }] = useLearnAddress();
  const run = runs.find(({ path }) => path === asked) ?? (runs.length === 1 && studies.length === 0 ? runs[0] : undefined);
  const study = asked === null ? studies.find(({ path }) => path === (askedStudy ?? onlyStudy(studies, runs))) : undefined;
  return (
    <>
      <LearnHelp />
      {run ? (
        <RunView key={run.path} path={run.path} name={run.name} single={runs.length === 1 && studies.length === 0} />
      ) : study ? (
        study.kind === 'sweep' ? (
          <SweepView key={study.path} path={study.path} name={study.name} />
        ) : (
          <LineageView key={study.path} path={study.path} name={study.name} />
        )
      ) : (
        <main className="page" id="content" tabIndex={-1}>
          <h1>Training runs</h1>
          {asked !== null && <p className="lead">There is no run “{asked}” here.</p>}
          {studies.length > 0 && (
            <ul className="study-list">
              {studies.map(({ path, name, kind }) => (
                <li key={path}>
                  <StudyLink path={path} name={name} /> <span className="quiet">{kind}</span>
                </li>
              ))}
            </ul>
          )}
          <RunList runs={runs} />
        </main>
      )}
    </>
  );
}

/** A study opens by itself where all that is here belongs to it. */
function onlyStudy(studies: Offers['studies'], runs: Offers['runs']): string | undefined {
  const [study, more] = studies;
  return study && !more && runs.every(({ path }) => path.startsWith(study.path)) && study.path === '' ? '' : undefined;
}

function StudyLink({ path, name }: { path: string; name: string }) {
  const [now, set] = useLearnAddress();
  return (
    <a
      href={formatLearn({ ...now, run: null, study: path })}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        set({ run: null, study: path });
      }}
    >
      {name}
    </a>
  );
}
