import { largestSize } from '../../ui/numbers/colour.js';
import { formatError } from '../../ui/numbers/formatNumber.js';
import { Strip } from '../numbers/Strip.js';

/** A vector that takes part in a sum. */
export interface Part {
  readonly title: string;
  readonly point: string;
  readonly values: Float32Array;
}

/** The stream, what a branch that left it brings back, and their sum: all in the same colours. */
export function BranchAndAdd({ before, branches, after }: { before: Part; branches: readonly Part[]; after: Part }) {
  const most = Math.max(...[before, ...branches, after].map(({ values }) => largestSize(values)));
  let error = 0;
  for (const [i, value] of after.values.entries()) {
    const sum = branches.reduce((total, { values }) => total + values[i]!, before.values[i]!);
    error = Math.max(error, Math.abs(sum - value));
  }
  return (
    <>
      <div className="branch-and-add">
        <div data-lane="stream">
          <Strip {...before} most={most} />
        </div>
        {branches.map((branch) => (
          <div key={branch.point} data-lane="branch">
            <Strip {...branch} most={most} />
          </div>
        ))}
        <div data-lane="join">
          <Strip {...after} most={most} />
        </div>
      </div>
      <p className="quiet">
        Added again here, number by number, the sum differs from the model's stream by {formatError(error)} at most.
      </p>
    </>
  );
}
