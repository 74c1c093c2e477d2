import type { Draw } from './draw.js';
import { type Case, type Generator, single } from './problem.js';

const APPLIED = new Set(['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceSumSquare']);
const AS_IT_IS = 'with noop_with_empty_axes and no axes, elements stay as they are; the CPU kernels apply the function to each';

/** Some axes, all, or none at all; the results keep their axes or lose them. */
function reduction(draw: Draw, op: string, ties: boolean, range?: Case['range']): Case {
  const dims = draw.dims();
  const kind = draw.pick(['some', 'some', 'all', 'none'] as const);
  const attributes = {
    ...(draw.chance(0.7) && { keepdims: draw.integer(0, 1) }),
    ...(kind === 'none' && { noop_with_empty_axes: 1 }),
  };
  const fed = kind === 'some' && draw.chance(0.3);
  const axes = draw.axes(dims.length);
  const listed = fed ? { data: BigInt64Array.from(axes, BigInt), dims: [axes.length] } : { ints: axes };
  const x = ties ? draw.ties(dims, [-1, 0, 2]) : draw.values(dims, ...(range ?? []));
  const differs = kind === 'none' && APPLIED.has(op) ? { exceptions: { webgpu: { reason: AS_IT_IS } } } : {};
  return { op, inputs: kind === 'some' ? [x, listed] : [x], attributes, kinked: ties, ...differs };
}

const smooth =
  (op: string, range?: Case['range']): Generator =>
  (draw) =>
    single(draw, reduction(draw, op, false, range));

/** Equal elements and zeros in a third of the draws. */
const kinked =
  (op: string): Generator =>
  (draw) =>
    single(draw, reduction(draw, op, draw.chance(1 / 3)));

export const reductions: Readonly<Record<string, Generator>> = {
  ReduceSum: smooth('ReduceSum'),
  ReduceMean: smooth('ReduceMean'),
  ReduceSumSquare: smooth('ReduceSumSquare'),
  ReduceLogSumExp: smooth('ReduceLogSumExp', [-3, 3]),
  ReduceLogSum: smooth('ReduceLogSum', [0.5, 2]),
  ReduceMax: kinked('ReduceMax'),
  ReduceMin: kinked('ReduceMin'),
  ReduceL1: kinked('ReduceL1'),
  ReduceL2: kinked('ReduceL2'),
  ReduceProd: (draw) => {
    const given = reduction(draw, 'ReduceProd', draw.chance(0.5), [0.5, 2]);
    return single(draw, { ...given, kinked: false });
  },
};
