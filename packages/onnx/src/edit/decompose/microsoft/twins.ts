import type { Rewrite } from '../../rewrite/context.js';
import { count } from './count.js';
import { counting, sizes } from './heads.js';

/** The operator of the default domain, which came later. */
export const Trilu: Rewrite = (c) => [c.op('Trilu', [...c.node.inputs], c.node.attributes)];

export const ExpandDims: Rewrite = (c) => {
  const axis = c.op('Reshape', [c.op('Cast', [c.input(1)], { to: 7 }), c.vector([1])]);
  return [c.op('Unsqueeze', [c.input(0), axis])];
};

export const Pad: Rewrite = (c) => {
  const value = c.input(2) === '' ? '' : c.op('Reshape', [c.input(2), c.constant('int64', [], [0])]);
  return [c.op('Pad', [c.input(0), c.input(1), value], { mode: c.string('mode', 'constant') })];
};

/** GridSample with the names of its modes from before operator set 20. */
export const GridSample: Rewrite = (c) => {
  const mode = c.string('mode', 'bilinear');
  const newer: Readonly<Record<string, string>> = { bilinear: 'linear', bicubic: 'cubic' };
  const attributes = {
    mode: c.opset >= 20 ? (newer[mode] ?? mode) : mode,
    padding_mode: c.string('padding_mode', 'zeros'),
    align_corners: c.int('align_corners', 0),
  };
  return [c.op('GridSample', [c.input(0), c.input(1)], attributes)];
};

/** Every window of `size` along `dim`, as a last axis. Source: torch.Tensor.unfold. */
export const UnfoldTensor: Rewrite = (c) => {
  const x = c.input(0);
  const rank = c.rank(x);
  const given = c.int('dim', -1);
  const dim = given < 0 ? given + rank : given;
  if (dim < 0 || dim >= rank) c.refuse(`it unfolds axis ${given} of ${rank}.`, 'The file is damaged.');
  const [size, step] = [count(c, 'size'), count(c, 'step', 1)];
  const steps = c.op('Div', [c.op('Sub', [sizes(c, x, dim, dim + 1), c.vector([size])]), c.vector([step])]);
  const starts = c.op('Mul', [counting(c, c.op('Add', [steps, c.vector([1])])), c.vector([step])]);
  const within = c.vector(Array.from({ length: size }, (_, i) => i));
  const index = c.op('Add', [c.op('Unsqueeze', [starts, c.vector([1])]), within]);
  const windows = c.op('Gather', [x, index], { axis: dim });
  const others = Array.from({ length: rank + 1 }, (_, i) => i).filter((i) => i !== dim + 1);
  return [c.op('Transpose', [windows], { perm: [...others, dim + 1] })];
};

/** Distances between the rows of two matrices. */
export const CDist: Rewrite = (c) => {
  const [a, b] = [c.op('Unsqueeze', [c.input(0), c.vector([1])]), c.op('Unsqueeze', [c.input(1), c.vector([0])])];
  const squared = c.string('metric', 'sqeuclidean') === 'sqeuclidean';
  return [c.op(squared ? 'ReduceSumSquare' : 'ReduceL2', [c.op('Sub', [a, b]), c.vector([2])], { keepdims: 0 })];
};

/** The form that knew 16 bits before operator set 21 did. */
export const DequantizeLinear: Rewrite = (c) => {
  const [x, scale, zero] = [c.input(0), c.input(1), c.input(2)];
  if (c.opset >= 21 || ['int8', 'uint8', 'int32'].includes(c.dtype(x)))
    return [c.op('DequantizeLinear', zero === '' ? [x, scale] : [x, scale, zero], c.node.attributes)];
  const axis = c.int('axis', 1);
  const rank = c.rank(x);
  const behind = axis < 0 ? -1 - axis : rank - 1 - axis;
  // A scale for each channel stands before the axes behind it.
  const aligned = (v: string): string =>
    c.rank(v) === 0 ? v : c.op('Reshape', [v, c.vector([-1, ...Array.from({ length: behind }, () => 1)])]);
  const number = (v: string): string => c.op('CastLike', [v, scale]);
  const shifted = zero === '' ? number(x) : c.op('Sub', [number(x), aligned(number(zero))]);
  return [c.op('Mul', [shifted, aligned(scale)])];
};
