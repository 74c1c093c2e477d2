import { formatTick } from '../../ui/chart/formatTick.js';
import { formatCount, formatShare } from '../../ui/format.js';
import type { EvaluationLine, Metrics, TrainingLine } from '../data/metrics.js';

/** A number of a line; a dash where that line has none. */
type Column = readonly [
  name: string,
  training: ((line: TrainingLine) => string | null) | null,
  evaluation: ((line: EvaluationLine) => string | null) | null,
];

const digits = (value: number | undefined) => (value === undefined ? null : formatTick(Number(value.toPrecision(4))));
const share = (value: number | undefined) => (value === undefined ? null : formatShare(value));

/** The numbers behind the curves, the newest first. */
export function MetricsTable({ metrics }: { metrics: Metrics }) {
  const tokens = metrics.of === 'tokens';
  const columns: Column[] = [
    ['Step', ({ step }) => formatCount(step), ({ step }) => formatCount(step)],
    ['Epoch', ({ epoch }) => epoch.toFixed(2), ({ epoch }) => epoch.toFixed(2)],
    ['Loss', ({ loss }) => digits(loss), null],
    ['Held-out loss', null, ({ loss }) => digits(loss)],
    ...(tokens
      ? []
      : ([
          ['Right', ({ accuracy }) => share(accuracy), null],
          ['Held out, right', null, ({ top1 }) => share(top1)],
          ['Among five', null, ({ top5 }) => share(top5)],
        ] satisfies Column[])),
    ['Learning rate', ({ learningRate }) => digits(learningRate), null],
    ["Gradient's norm", ({ gradientNorm }) => digits(gradientNorm), null],
    [tokens ? 'Tokens a second' : 'Pictures a second', ({ speed }) => formatCount(Math.round(speed)), null],
  ];
  const rows = [
    ...metrics.training.map((line) => ({ step: line.step, key: `t${line.step}`, cells: columns.map(([, of]) => of?.(line)) })),
    ...metrics.evaluations.map((line) => ({
      step: line.step,
      key: `e${line.step}`,
      cells: columns.map(([, , of]) => of?.(line)),
    })),
  ].sort((a, b) => b.step - a.step || (a.key < b.key ? -1 : 1));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard could not scroll
    <section className="table-scroll" tabIndex={0} aria-label="Numbers of the run">
      <table className="data-table">
        <thead>
          <tr>
            {columns.map(([name]) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, i) => (
                <td key={columns[i]![0]}>{cell ?? '–'}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
