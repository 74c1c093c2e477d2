import type { StepsAnswer } from '@incognita/workspace/schema';
import { formatError, formatNumber } from '../../ui/numbers/formatNumber.js';

/** What operators are called in the flow; others by their own name. */
const NAMES: Readonly<Record<string, string>> = { Relu: 'ReLU', Concat: 'joined with other branches' };

/** From the sum of all slices over the bias to the layer's value, and how far our own sum is from the network's. */
export function Flow({ answer }: { answer: StepsAnswer }) {
  const { slices, total, bias, value, measured, way, activation, recomputed } = answer;
  const ours = recomputed ?? value;
  const theirs = recomputed === null ? measured : activation;
  return (
    <div className="flow">
      <ol>
        <li>
          <span className="quiet">sum of {slices === 1 ? 'one slice' : `${slices} slices`}</span>
          <b className="number">{formatNumber(total)}</b>
        </li>
        <li>
          <span className="quiet">+ bias</span>
          <b className="number">{formatNumber(bias)}</b>
        </li>
        <li>
          <span className="quiet">= before activation</span>
          <b className="number">{formatNumber(value)}</b>
        </li>
        {way.map((step, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place on the way
          <li key={i}>
            <span className="quiet">
              {NAMES[step.op] ?? step.op}
              {step.plus !== null && ` with ${formatNumber(step.plus)} of the other branch`}
            </span>
            <b className="number">{formatNumber(step.value)}</b>
          </li>
        ))}
      </ol>
      <p className="number">
        Added up here: <b>{formatNumber(ours)}</b>. The network itself has <b>{formatNumber(theirs)}</b>
        {recomputed === null && ' before its activation'}; the difference is {formatError(Math.abs(ours - theirs))}.
      </p>
    </div>
  );
}
