import './RunView.css';
import { useEffect, useMemo } from 'react';
import { Message } from '../../chrome/Message.js';
import { Skeleton } from '../../chrome/Skeleton.js';
import { useIcons } from '../data/useIcons.js';
import { useRun } from '../data/useRun.js';
import { Evolution } from '../evolution/Evolution.js';
import { useLearnAddress } from '../learnAddress.js';
import { Curves } from './Curves.js';
import { RunFacts } from './RunFacts.js';
import { RunStatus } from './RunStatus.js';

/** One training run, live. */
export function RunView({ path, name, single }: { path: string; name: string; single: boolean }) {
  const state = useRun(path);
  const { run, metrics, problem } = state;
  const [, set] = useLearnAddress();
  const running = run?.state === 'running';
  const icons = useIcons(path, { made: run?.icons === true, running });
  const steps = useMemo(() => metrics.evaluations.map((line) => line.step), [metrics.evaluations]);
  useEffect(() => {
    document.title = `${name} · Learn · Incognita`;
  }, [name]);
  if (run === null)
    return problem === null ? (
      <Skeleton />
    ) : (
      <Message title="This run cannot be read">
        <p>{problem}</p>
        <p>The page looks again every second.</p>
      </Message>
    );
  const total = typeof run.settings.steps === 'number' ? run.settings.steps : null;
  return (
    <main className="page" id="content" tabIndex={-1}>
      {!single && (
        <a
          className="back"
          href="?page=learn"
          onClick={(event) => {
            event.preventDefault();
            set({ run: null, step: null });
          }}
        >
          All runs
        </a>
      )}
      <h1>{name}</h1>
      <p className="lead">
        {run.network.description} {run.data.description}
      </p>
      {problem && (
        <p className="run-message" role="alert">
          {problem}
        </p>
      )}
      <RunStatus state={state} />
      <Curves metrics={metrics} steps={total} />
      {metrics.of === 'pictures' && <Evolution path={path} steps={steps} running={running} icons={icons} />}
      <RunFacts run={run} path={path} tokens={metrics.of === 'tokens'} />
    </main>
  );
}
