import type { RewriteContext } from '@incognita/onnx';
import {
  castLike,
  clamp,
  join,
  minus,
  plus,
  positive,
  reshape,
  size,
  sizes,
  times,
  toInt,
  unsqueeze,
  upTo,
  within,
} from './write.js';

/** One place along an axis at which a sample reads: whole numbers within the axis, and how much they count. */
export interface Tap {
  readonly at: string;
  readonly weight: string | null;
}

/** What is read where a position lies outside. */
export type Padding = 'zeros' | 'border' | 'reflection';

/** How an axis is sampled. */
export interface Axis {
  /** Positions counted in elements, of any shape. */
  readonly position: string;
  /** Length of the axis, a vector of one int64. */
  readonly length: string;
  readonly padding: Padding;
  /** Bounds at which positions are reflected: the middles of the outermost elements, or their outer edges. */
  readonly aligned: boolean;
}

/** The nearest element; halves go to the even one. */
export function nearestTaps(c: RewriteContext, axis: Axis): Tap[] {
  const { low, last } = bounds(c, axis);
  const near = c.op('Round', [inside(c, axis, axis.position)]);
  if (axis.padding !== 'zeros') return [{ at: toInt(c, clamp(c, near, 0, last)), weight: null }];
  return [{ at: toInt(c, clamp(c, near, low, last)), weight: within(c, near, 0, last) }];
}

/** The two neighbours. */
export function linearTaps(c: RewriteContext, axis: Axis): Tap[] {
  const { last } = bounds(c, axis);
  const position = inside(c, axis, axis.position);
  const first = c.op('Floor', [position]);
  const part = minus(c, position, first);
  return [0, 1].map((offset) => {
    const at = plus(c, first, offset);
    const weight = offset === 0 ? c.op('Sub', [c.scalar(1, part), part]) : part;
    return {
      at: toInt(c, clamp(c, at, 0, last)),
      weight: axis.padding === 'zeros' ? times(c, weight, within(c, at, 0, last)) : weight,
    };
  });
}

/**
 * The four neighbours, by cubic convolution with coefficient `a`.
 * Source: R. Keys, Cubic Convolution Interpolation for Digital Image Processing (1981), equation 15.
 */
export function cubicTaps(c: RewriteContext, axis: Axis, a = -0.75): Tap[] {
  const { last } = bounds(c, axis);
  const first = c.op('Floor', [axis.position]);
  const part = minus(c, axis.position, first);
  return [-1, 0, 1, 2].map((offset) => {
    const at = plus(c, first, offset);
    const distance = offset <= 0 ? plus(c, part, -offset) : c.op('Sub', [c.scalar(offset, part), part]);
    const near = offset === 0 || offset === 1;
    const weight = near
      ? plus(c, times(c, times(c, minus(c, times(c, distance, a + 2), a + 3), distance), distance), 1)
      : times(c, minus(c, times(c, plus(c, times(c, minus(c, distance, 5), distance), 8), distance), 4), a);
    const placed = axis.padding === 'reflection' ? reflect(c, axis, at) : at;
    return {
      at: toInt(c, clamp(c, placed, 0, last)),
      weight: axis.padding === 'zeros' ? times(c, weight, within(c, at, 0, last)) : weight,
    };
  });
}

/**
 * Σ (or the maximum) over all combinations of the axes' taps of weight times element: [...positions, channels]. `rows` has the channels last and
 * all other axes of the sampled tensor flattened; `base` is added to every row's number.
 */
export function sample(
  c: RewriteContext,
  rows: string,
  taps: readonly (readonly Tap[])[],
  lengths: readonly string[],
  base: string | null,
  reduction: 'sum' | 'max' = 'sum',
): string {
  let combined: Tap[] = [{ at: base ?? c.constant('int64', [0], []), weight: null }];
  for (const [i, axis] of taps.entries()) {
    const stride = lengths.slice(i + 1).reduce<string | null>((all, length) => (all ? times(c, all, length) : length), null);
    combined = combined.flatMap((left) =>
      axis.map(({ at, weight }) => ({
        at: plus(c, stride ? times(c, at, stride) : at, left.at),
        weight: left.weight && weight ? times(c, weight, left.weight) : (weight ?? left.weight),
      })),
    );
  }
  const read = ({ at, weight }: Tap): string => {
    const elements = c.op('Gather', [rows, at], { axis: 0 });
    return weight ? times(c, elements, unsqueeze(c, weight, [-1])) : elements;
  };
  if (combined.length === 1) return read(combined[0]!);
  const stack = (values: readonly string[]): string =>
    c.op(
      'Concat',
      values.map((value) => unsqueeze(c, value, [0])),
      { axis: 0 },
    );
  const weighted = read({ at: stack(combined.map((tap) => tap.at)), weight: stack(combined.map((tap) => tap.weight!)) });
  return c.op(reduction === 'sum' ? 'ReduceSum' : 'ReduceMax', [weighted, c.vector([0])], { keepdims: 0 });
}

/** [n, c, …space] with its channels last and all other axes flattened. */
export function rowsOf(c: RewriteContext, x: string): string {
  const rank = c.rank(x);
  const last = c.op('Transpose', [x], { perm: [0, ...upTo(rank).slice(2), 1] });
  return reshape(c, last, join(c, c.vector([-1]), size(c, x, 1)));
}

/** The number of the first row of each picture [n], where pictures follow each other in rows. */
export function firstRows(c: RewriteContext, pictures: string, x: string): string {
  const area = c.op('ReduceProd', [sizes(c, x, 2), c.vector([0])], { keepdims: 0 });
  return times(c, pictures, area);
}

function bounds(c: RewriteContext, { length, position }: Axis): { low: number; last: string } {
  return { low: 0, last: minus(c, reshape(c, castLike(c, length, position), []), 1) };
}

function inside(c: RewriteContext, axis: Axis, position: string): string {
  if (axis.padding === 'zeros') return position;
  const placed = axis.padding === 'reflection' ? reflect(c, axis, position) : position;
  return clamp(c, placed, 0, bounds(c, axis).last);
}

/** Positions beyond the ends, mirrored there as often as it takes: low + r − |r − ((|p − low|) mod 2r)|. */
function reflect(c: RewriteContext, axis: Axis, position: string): string {
  const low = axis.aligned ? 0 : -0.5;
  const { last } = bounds(c, axis);
  const reach = axis.aligned ? c.op('Max', [last, c.scalar(1, last)]) : plus(c, last, 1);
  const away = c.op('Abs', [minus(c, position, low)]);
  const period = times(c, reach, 2);
  const rest = minus(c, away, times(c, c.op('Floor', [c.op('Div', [away, period])]), period));
  return plus(c, minus(c, reach, c.op('Abs', [c.op('Sub', [reach, rest])])), low);
}

/** Positions that count as they are between 0 and the last element; a mask beside them for those beyond −1 or the length. */
export function edgeTaps(c: RewriteContext, position: string, length: string): Tap[] {
  const end = plus(c, bounds(c, { position, length, padding: 'border', aligned: true }).last, 1);
  const counts = within(c, position, -1, end);
  const axis: Axis = { position: positive(c, position), length, padding: 'border', aligned: true };
  return linearTaps(c, axis).map(({ at, weight }) => ({ at, weight: times(c, weight!, counts) }));
}
