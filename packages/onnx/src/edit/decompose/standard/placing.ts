import { codeOf } from '../../../proto/dataTypes.js';
import type { Rewrite, RewriteContext } from '../../rewrite/context.js';
import { counting } from '../microsoft/heads.js';

/** Cuts the middle out of axes that are too long, and puts zeros around those that are too short. */
export const CenterCropPad: Rewrite = (c) => {
  const [x, wanted] = [c.input(0), c.op('Cast', [c.input(1)], { to: 7 })];
  const axes = c.vector(c.ints('axes') ?? Array.from({ length: c.rank(x) }, (_, i) => i));
  const given = c.op('Gather', [c.op('Shape', [x]), axes]);
  const zero = c.vector([0]);
  const half = (v: string): string => c.op('Div', [v, c.vector([2])]);
  const positive = (a: string, b: string): string => c.op('Max', [c.op('Sub', [a, b]), zero]);
  const [surplus, missing] = [positive(given, wanted), positive(wanted, given)];
  const start = half(surplus);
  const middle = c.op('Slice', [x, start, c.op('Add', [start, c.op('Min', [given, wanted])]), axes]);
  const before = half(missing);
  const pads = c.op('Concat', [before, c.op('Sub', [missing, before])], { axis: 0 });
  return [c.op('Pad', [middle, pads, '', axes])];
};

/** `update` in place of the entries of a cache from `write_indices` of each sample on. */
export const TensorScatter: Rewrite = (c) => {
  const [cache, update, starts] = [c.input(0), c.input(1), c.input(2)];
  const rank = c.rank(cache);
  const given = c.int('axis', -2);
  const axis = given < 0 ? given + rank : given;
  const size = (x: string): string => c.op('Shape', [x], { start: axis, end: axis + 1 });
  const others = (except: readonly number[]): string => c.vector(range(rank).filter((i) => !except.includes(i)));
  const steps = c.op('Unsqueeze', [counting(c, size(update)), others([axis])]);
  const places = starts === '' ? steps : c.op('Add', [steps, c.op('Unsqueeze', [starts, others([0])])]);
  const turned = c.string('mode', 'linear') === 'circular' ? c.op('Mod', [places, size(cache)]) : places;
  const indices = c.op('Expand', [turned, c.op('Shape', [update])]);
  return [c.op('ScatterElements', [cache, indices, update], { axis })];
};

/** values[1] where the new axis counts to the index, values[0] elsewhere. */
export const OneHot: Rewrite = (c) => {
  const [indices, values] = [c.op('Cast', [c.input(0)], { to: 7 }), c.input(2)];
  const rank = c.rank(c.input(0)) + 1;
  const given = c.int('axis', -1);
  const axis = given < 0 ? given + rank : given;
  const depth = c.op('Reshape', [c.op('Cast', [c.input(1)], { to: 7 }), c.vector([1])]);
  const zero = c.constant('int64', [0], []);
  const fromFront = c.op('Where', [c.op('Less', [indices, zero]), c.op('Add', [indices, depth]), indices]);
  const places = c.op('Reshape', [counting(c, depth), c.vector(range(rank).map((i) => (i === axis ? -1 : 1)))]);
  const hit = c.op('Equal', [c.op('Unsqueeze', [fromFront, c.vector([axis])]), places]);
  const value = (i: number): string => c.op('Gather', [values, c.constant('int64', [i], [])]);
  return [c.op('Where', [hit, value(1), value(0)])];
};

/** start + i · delta; of whole numbers it stays. */
export const Range: Rewrite = (c) => {
  const [start, limit, delta] = [c.input(0), c.input(1), c.input(2)];
  const dtype = c.dtype(start);
  if (!dtype.startsWith('float')) return undefined;
  const steps = c.op('Ceil', [c.op('Div', [c.op('Sub', [limit, start]), delta])]);
  const count = c.op('Reshape', [c.op('Cast', [steps], { to: 7 }), c.vector([1])]);
  const places = c.op('Cast', [counting(c, c.op('Max', [count, c.vector([0])]))], { to: codeOf(dtype) });
  return [c.op('Add', [start, c.op('Mul', [places, delta])])];
};

/** A Cast to the type of the second input. */
export const CastLike: Rewrite = (c) => [
  c.op('Cast', [c.input(0)], { to: codeOf(c.dtype(c.input(1))), saturate: c.opset >= 19 ? c.int('saturate', 1) : undefined }),
];

/** Positions of an evenly spaced grid in [−1, 1], moved by the matrices theta [n, 2, 3] or [n, 3, 4]; the last axis of it comes first. */
export const AffineGrid: Rewrite = (c) => {
  const [theta, size] = [c.input(0), c.input(1)];
  const rows = c.shape(theta)?.[1];
  const count = rows === 2 || rows === 3 ? rows : (c.shape(size)?.[0] as number) - 2;
  if (count !== 2 && count !== 3)
    c.refuse('neither the size of its matrices nor that of its list of sizes is known.', 'State the shapes of its inputs.');
  const lengths = range(count).map((i) => c.op('Slice', [size, c.vector([2 + i]), c.vector([3 + i])]));
  const points = lengths.map((length, i) => along(c, spaced(c, length, theta), i, count));
  const grid = c.op('Concat', [size, c.vector([1])], { axis: 0 });
  const whole = c.op('Slice', [grid, c.vector([2]), c.vector([3 + count])]);
  const wide = [...points.reverse(), c.scalar(1, theta)].map((point) => c.op('Expand', [point, whole]));
  const homogeneous = c.op('Reshape', [c.op('Concat', wide, { axis: -1 }), c.vector([-1, count + 1])]);
  const moved = c.op('MatMul', [homogeneous, c.op('Transpose', [theta], { perm: [0, 2, 1] })]);
  const shape = c.op('Concat', [c.op('Shape', [theta], { start: 0, end: 1 }), ...lengths, c.vector([count])], { axis: 0 });
  return [c.op('Reshape', [moved, shape])];
};

/** So many places in [−1, 1]: from end to end (one place is in the middle), or the centres of equal parts. */
function spaced(c: RewriteContext, length: string, like: string): string {
  const to = codeOf(c.dtype(like));
  const place = c.op('Cast', [counting(c, length)], { to });
  const n = c.op('Cast', [length], { to });
  const [one, two] = [c.scalar(1, place), c.scalar(2, place)];
  const twice = c.op('Mul', [place, two]);
  if (c.int('align_corners', 0) !== 1) return c.op('Sub', [c.op('Div', [c.op('Add', [twice, one]), n]), one]);
  const gaps = c.op('Sub', [n, one]);
  return c.op('Sub', [c.op('Div', [twice, c.op('Max', [gaps, one])]), c.op('Min', [gaps, one])]);
}

/** A vector along one axis of the grid, with one more axis behind. */
function along(c: RewriteContext, x: string, axis: number, count: number): string {
  return c.op('Unsqueeze', [x, c.vector(range(count + 1).filter((i) => i !== axis))]);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
