import type { Emitter } from '../../emit/emitter.js';
import { boundsOf } from '../rectifier.js';

const NEVER_NEGATIVE: ReadonlySet<string> = new Set([
  'Abs',
  'Exp',
  'HardSigmoid',
  'Relu',
  'Sigmoid',
  'Softmax',
  'Softplus',
  'Sqrt',
]);
/** Operators whose result is not negative where their inputs are not. */
const KEEPS: ReadonlySet<string> = new Set(
  'Add AveragePool Cast Concat DepthToSpace Dropout Flatten GlobalAveragePool GlobalMaxPool Identity MaxPool Mul ReduceMax ReduceMean ReduceSum Reshape SpaceToDepth Squeeze Transpose Unsqueeze'.split(
    ' ',
  ),
);

/** Whether a tensor is known to have no negative element, from the operators that made it. */
export function isNonNegative(e: Emitter, name: string): boolean {
  const node = e.producer(name);
  if (node?.domain !== '') return false;
  if (NEVER_NEGATIVE.has(node.op)) return true;
  if (node.op === 'Clip') return (boundsOf(e, node).low ?? -1) >= 0;
  if (!KEEPS.has(node.op)) return false;
  const data = ['Add', 'Concat', 'Mul'].includes(node.op) ? node.inputs : node.inputs.slice(0, 1);
  return data.every((input) => e.values(input) === null && isNonNegative(e, input));
}
