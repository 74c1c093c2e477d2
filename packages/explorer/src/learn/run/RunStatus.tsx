import './RunStatus.css';
import { useEffect, useState } from 'react';
import { formatTick } from '../../ui/chart/formatTick.js';
import { formatCount, formatSeconds, formatShare } from '../../ui/format.js';
import type { RunState } from '../data/followRun.js';
import { lastStep, secondsLeft } from '../data/metrics.js';

/** Without a new line for so long a run is said to be silent: at least this, and not less than thirty of its steps. */
const SILENT_MS = 60_000;

/** How a run stands: its state in words, how far it is, and its last numbers. */
export function RunStatus({ state }: { state: RunState }) {
  const { metrics, newsAt } = state;
  const run = state.run!;
  const steps = typeof run.settings.steps === 'number' ? run.settings.steps : null;
  const step = run.result?.steps ?? lastStep(metrics);
  const training = metrics.training.at(-1);
  const evaluated = metrics.evaluations.at(-1);
  const measured = run.result?.accuracy ?? evaluated;
  const best = metrics.evaluations.findLast((line) => line.best);
  const silent = useSilence(run.state === 'running', newsAt, training?.stepMs ?? 0);
  const left = steps === null || run.state !== 'running' ? null : secondsLeft(metrics, steps);
  return (
    <section className="run-status" aria-label="State of the run">
      <p className="run-state" data-state={run.state} role="status">
        <b>{STATES[run.state]}</b>
        <span>
          step <span className="number">{formatCount(step)}</span>
          {steps !== null && (
            <>
              {' '}
              of <span className="number">{formatCount(steps)}</span>
            </>
          )}
        </span>
        {left !== null && !silent && <span>about {formatSeconds(left)} left, evaluations not counted</span>}
      </p>
      {steps !== null && <progress aria-label="Steps taken" value={step} max={steps} />}
      {run.message && <p className="run-message">{run.message}</p>}
      {silent && (
        <p className="run-message">
          Nothing new for {formatSeconds(silent)}. If the run was killed, the same command goes on from its last checkpoint.
        </p>
      )}
      {run.state === 'stopped' && <p className="run-message">The same command goes on from its last checkpoint.</p>}
      {run.state === 'diverged' && (
        <p className="run-message">
          The same command with another --lr, --warmup or --clip goes on from the last good checkpoint.
        </p>
      )}
      <dl className="figures">
        <Figure
          name="Loss"
          value={training?.loss.toPrecision(4)}
          note={metrics.of === 'tokens' ? 'nats a token, training' : 'of the training pictures'}
        />
        <Figure
          name="Held-out loss"
          value={metrics.of === 'tokens' ? evaluated?.loss?.toPrecision(4) : undefined}
          note={best && `best yet at step ${formatCount(best.step)}`}
        />
        <Figure
          name="Right"
          value={measured?.top1 === undefined ? undefined : formatShare(measured.top1)}
          note={heldOut(run.data.heldOut)}
        />
        <Figure
          name="Among five"
          value={measured?.top5 === undefined ? undefined : formatShare(measured.top5)}
          note={best && `best yet at step ${formatCount(best.step)}`}
        />
        <Figure name="Learning rate" value={training && formatTick(Number(training.learningRate.toPrecision(3)))} />
        <Figure
          name={metrics.of === 'tokens' ? 'Tokens a second' : 'Pictures a second'}
          value={training && formatCount(Math.round(training.speed))}
        />
        <Figure name="Parameters" value={formatCount(run.network.parameters)} />
      </dl>
    </section>
  );
}

const STATES = { running: 'Training', stopped: 'Stopped', diverged: 'Diverged', finished: 'Finished' } as const;

function heldOut(pictures: number): string {
  return `of ${formatCount(pictures)} held-out pictures`;
}

function Figure({ name, value, note }: { name: string; value: string | undefined; note?: string | undefined }) {
  if (value === undefined) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <b className="number">{value}</b>
        {note && <span>{note}</span>}
      </dd>
    </div>
  );
}

/** Seconds without news where that is long for this run; else null. */
function useSilence(running: boolean, newsAt: number | null, stepMs: number): number | null {
  const [now, setNow] = useState(() => performance.now());
  const [since] = useState(now);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(performance.now()), 5000);
    return () => clearInterval(timer);
  }, [running]);
  const quiet = now - (newsAt ?? since);
  return running && quiet > Math.max(SILENT_MS, 30 * stepMs) ? quiet / 1000 : null;
}
