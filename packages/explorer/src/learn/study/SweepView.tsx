import type { ScalingLaw, Sweep, SweepRun } from '@incognita/workspace/schema';
import { formatTick } from '../../ui/chart/formatTick.js';
import { type Mark, ScatterChart } from '../../ui/chart/ScatterChart.js';
import { formatCount, formatSeconds, formatShare } from '../../ui/format.js';
import { RunLink } from '../RunLink.js';
import { historyMarks } from './historyMarks.js';
import { StudyFrame } from './StudyFrame.js';
import { useStudy } from './useStudy.js';

/** Many runs of one network: how the loss falls with parameters, examples and operations. */
export function SweepView({ path, name }: { path: string; name: string }) {
  const { study, problem } = useStudy('sweep', path);
  return (
    <StudyFrame name={name} problem={problem} loading={study === null}>
      {study && <Scaling sweep={study} path={path} />}
    </StudyFrame>
  );
}

const AXES = [
  ['parameters', 'parameters'],
  ['examples', 'different pictures'],
  ['flops', 'operations of training'],
] as const;

const digits = (value: number, count = 3) => Number(value.toPrecision(count)).toString();

function Scaling({ sweep, path }: { sweep: Sweep; path: string }) {
  const { runs, laws, historical } = sweep;
  const heldOut = runs.some(({ result }) => result?.loss.heldOut != null);
  const finished = runs.filter(({ result }) => result !== null).length;
  return (
    <>
      <p className="lead">
        {sweep.network.description.replace(/[^.]$/, '$&.')} {sweep.data.description} {formatCount(finished)} of{' '}
        {formatCount(runs.length)} runs are finished.
      </p>
      <div className="charts">
        {AXES.map(([of, xName]) => (
          <ScatterChart
            key={of}
            title={`Loss by ${xName}`}
            marks={runs.flatMap((run) => lossMark(run, of, heldOut))}
            laws={laws.filter((law) => law.of === of).map((law) => ({ name: of, points: law.band }))}
            xName={xName}
            yName={heldOut ? 'held-out loss' : 'training loss'}
            log={{ x: true, y: true }}
          />
        ))}
        <ScatterChart
          title="Beside systems of the past"
          marks={historyMarks(runs, historical)}
          xName="operations of training"
          yName="parameters"
          log={{ x: true, y: true }}
        />
      </div>
      <ul className="laws">
        {laws.map((law) => (
          <li key={law.of}>{inWords(law)}</li>
        ))}
        {laws.length === 0 && <li className="quiet">No law yet: it needs at least three finished runs along an axis.</li>}
      </ul>
      <Runs runs={runs} path={path} />
      <Sources sweep={sweep} />
    </>
  );
}

function lossMark(run: SweepRun, of: ScalingLaw['of'], heldOut: boolean): Mark[] {
  const loss = heldOut ? run.result?.loss.heldOut : run.result?.loss.training;
  if (loss == null) return [];
  const detail = `loss ${digits(loss)}, ${formatTick(Number(run[of].toPrecision(3)))} ${AXES.find(([axis]) => axis === of)![1]}`;
  return [{ x: run[of], y: loss, name: run.name, detail, kind: 'own' }];
}

function inWords({ of, floor, factor, exponent, exponentRange, runs, residual }: ScalingLaw): string {
  const [low, high] = exponentRange.map((value) => digits(value, 2));
  const name = AXES.find(([axis]) => axis === of)![1];
  return `Loss ≈ ${floor === 0 ? '' : `${digits(floor)} + `}${digits(factor)} × (${name})^−${digits(exponent)}: fitted to ${runs.length} runs, exponent ${low} to ${high} in nine of ten fits to runs drawn again, residual ${digits(residual, 2)} in log loss.`;
}

function Runs({ runs, path }: { runs: readonly SweepRun[]; path: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard could not scroll
    <section className="table-scroll" tabIndex={0} aria-label="Table of the runs">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Parameters</th>
            <th scope="col">Pictures</th>
            <th scope="col">Operations</th>
            <th scope="col">Held-out loss</th>
            <th scope="col">Training loss</th>
            <th scope="col">Right</th>
            <th scope="col">Time</th>
          </tr>
        </thead>
        <tbody>
          {runs.map(({ name, state, parameters, examples, flops, result }) => (
            <tr key={name}>
              <td>{state === 'waiting' ? name : <RunLink path={`${path}runs/${encodeURIComponent(name)}/`} text={name} />}</td>
              <td>{formatCount(parameters)}</td>
              <td>{formatCount(examples)}</td>
              <td>{formatTick(Number(flops.toPrecision(2)))}</td>
              {result === null ? (
                <td colSpan={4} className="text quiet">
                  {state}
                </td>
              ) : (
                <>
                  <td>{result.loss.heldOut === null ? '–' : digits(result.loss.heldOut)}</td>
                  <td>{digits(result.loss.training)}</td>
                  <td>{result.accuracy ? formatShare(result.accuracy.top1) : '–'}</td>
                  <td>{formatSeconds(result.seconds)}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Sources({ sweep: { historical } }: { sweep: Sweep }) {
  if (historical.length === 0) return null;
  return (
    <details className="card">
      <summary>Sources of the numbers of systems of the past</summary>
      <ul className="laws">
        {historical.map(({ name, year, speculative, sources }) => (
          <li key={name}>
            <b>
              {name} ({year}){speculative && ', speculative'}
            </b>
            {sources.map(({ of, text }) => (
              <span key={of}>
                {' '}
                {of}: {text}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </details>
  );
}
