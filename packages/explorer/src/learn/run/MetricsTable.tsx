import { formatTick } from '../../ui/chart/formatTick.js';
import { formatCount, formatShare } from '../../ui/format.js';
import type { Metrics } from '../data/metrics.js';

const NOTHING = '–';

/** The numbers behind the curves, the newest first. */
export function MetricsTable({ metrics }: { metrics: Metrics }) {
  const lines = [...metrics.training, ...metrics.evaluations].sort((a, b) => b.step - a.step || (a.kind < b.kind ? -1 : 1));
  const digits = (value: number) => formatTick(Number(value.toPrecision(4)));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard could not scroll
    <section className="table-scroll" tabIndex={0} aria-label="Numbers of the run">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Epoch</th>
            <th scope="col">Loss</th>
            <th scope="col">Right</th>
            <th scope="col">Held-out loss</th>
            <th scope="col">Held out, right</th>
            <th scope="col">Among five</th>
            <th scope="col">Learning rate</th>
            <th scope="col">Gradient's norm</th>
            <th scope="col">Pictures a second</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => {
            const [training, evaluation] = line.kind === 'training' ? [line, null] : [null, line];
            return (
              <tr key={`${line.kind}${line.step}`}>
                <td>{formatCount(line.step)}</td>
                <td>{line.epoch.toFixed(2)}</td>
                <td>{training ? digits(training.loss) : NOTHING}</td>
                <td>{training ? formatShare(training.accuracy) : NOTHING}</td>
                <td>{evaluation?.loss === undefined ? NOTHING : digits(evaluation.loss)}</td>
                <td>{evaluation ? formatShare(evaluation.top1) : NOTHING}</td>
                <td>{evaluation ? formatShare(evaluation.top5) : NOTHING}</td>
                <td>{training ? digits(training.learningRate) : NOTHING}</td>
                <td>{training ? digits(training.gradientNorm) : NOTHING}</td>
                <td>{training ? formatCount(Math.round(training.imagesPerSecond)) : NOTHING}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
