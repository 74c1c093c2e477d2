import type { Rewrite, RewriteContext } from '@incognita/onnx';
import { edgeTaps, firstRows, rowsOf, sample, type Tap } from './sampling.js';
import { castLike, clamp, iota, minus, part, plus, reshape, size, times, toInt, unsqueeze } from './write.js';

/**
 * Regions of interest cut into bins, each the mean (or the maximum) of interpolated samples.
 * Source: K. He et al., Mask R-CNN (2017), section 3.
 */
export const RoiAlign: Rewrite = (c) => {
  const [x, rois, pictures] = [c.input(0), c.input(1), c.input(2)];
  const maximum = c.string('mode', 'avg') === 'max';
  const half = c.string('coordinate_transformation_mode', 'half_pixel') === 'half_pixel';
  const ratio = c.int('sampling_ratio', 0);
  const scale = c.float('spatial_scale', 1);
  // Columns of a region are x1, y1, x2, y2; each axis is [regions, bins, samples].
  const axes = [0, 1].map((axis) => {
    const bins = c.int(axis === 0 ? 'output_height' : 'output_width', 1);
    const edge = (column: number): string => minus(c, times(c, part(c, rois, 1, column), scale), half ? 0.5 : 0);
    const [start, end] = [edge(1 - axis), edge(3 - axis)];
    const extent = half ? minus(c, end, start) : c.op('Max', [minus(c, end, start), c.scalar(1, start)]);
    const bin = unsqueeze(c, times(c, extent, 1 / bins), [2]);
    const counts = ratio > 0 ? null : c.op('Max', [c.op('Ceil', [bin]), c.scalar(1, bin)]);
    const most = counts ? reshape(c, toInt(c, c.op('ReduceMax', [counts], { keepdims: 0 })), [1]) : c.vector([ratio]);
    const places = castLike(c, iota(c, most), rois);
    const step = counts ? c.op('Div', [bin, counts]) : times(c, bin, 1 / ratio);
    const number = reshape(c, castLike(c, iota(c, c.vector([bins])), rois), [1, bins, 1]);
    const position = plus(c, plus(c, unsqueeze(c, start, [2]), times(c, bin, number)), times(c, step, plus(c, places, 0.5)));
    const counted = counts && castLike(c, c.op('Less', [places, counts]), rois);
    const share = counts ? c.op('Div', [counted!, counts]) : c.scalar(1 / ratio, rois);
    return { taps: edgeTaps(c, position, size(c, x, axis + 2)), share, counted };
  });
  const [rows, columns] = axes as [(typeof axes)[number], (typeof axes)[number]];
  const wide = (taps: readonly Tap[], across: readonly number[]): Tap[] =>
    taps.map(({ at, weight }) => ({ at: unsqueeze(c, at, across), weight: weight && unsqueeze(c, weight, across) }));
  const base = reshape(c, firstRows(c, toInt(c, pictures), x), [-1, 1, 1, 1, 1]);
  const lengths = [size(c, x, 2), size(c, x, 3)];
  const taps = [wide(rows.taps, [3, 4]), wide(columns.taps, [1, 2])];
  // [regions, bins, samples, bins, samples, channels]
  const values = sample(c, rowsOf(c, x), taps, lengths, base, maximum ? 'max' : 'sum');
  const shaped = (value: string, across: readonly number[]): string =>
    c.shape(value)?.length === 0 ? value : unsqueeze(c, value, across);
  if (maximum) {
    const both =
      rows.counted &&
      columns.counted &&
      times(c, unsqueeze(c, rows.counted, [3, 4, 5]), unsqueeze(c, columns.counted, [1, 2, 5]));
    return [c.op('Transpose', [firstMaximum(c, both ? excluded(c, values, both) : values)], { perm: [0, 3, 1, 2] })];
  }
  const shares = times(c, shaped(rows.share, [3, 4, 5]), shaped(columns.share, [1, 2, 5]));
  const mean = c.op('ReduceSum', [times(c, values, shares), c.vector([2, 4])], { keepdims: 0 });
  return [c.op('Transpose', [mean], { perm: [0, 3, 1, 2] })];
};

function excluded(c: RewriteContext, values: string, counted: string): string {
  return c.op('Where', [c.op('Greater', [counted, c.scalar(0, counted)]), values, c.scalar(-Infinity, values)]);
}

/** The first maximum of the samples of each bin: [regions, bins, samples, bins, samples, channels] → [regions, bins, bins, channels]. */
function firstMaximum(c: RewriteContext, values: string): string {
  const together = c.op('Transpose', [values], { perm: [0, 1, 3, 5, 2, 4] });
  const flat = reshape(
    c,
    together,
    c.op('Concat', [c.op('Shape', [together], { start: 0, end: 4 }), c.vector([-1])], { axis: 0 }),
  );
  return pick(c, flat);
}

/** The first maximum along the last axis, which goes. */
function pick(c: RewriteContext, values: string): string {
  const at = c.op('ArgMax', [values], { axis: -1, keepdims: 1 });
  return c.op('Squeeze', [c.op('GatherElements', [values, at], { axis: -1 }), c.vector([-1])]);
}

/**
 * Regions of interest cut into bins of whole elements, each their first maximum.
 * Source: R. Girshick, Fast R-CNN (2015), section 2.1.
 */
export const MaxRoiPool: Rewrite = (c) => {
  const [x, rois] = [c.input(0), c.input(1)];
  const pooled = c.ints('pooled_shape') ?? [1, 1];
  const scale = c.float('spatial_scale', 1);
  const column = (at: number): string => part(c, rois, 1, at);
  const pictures = reshape(c, toInt(c, column(0)), [-1]);
  // Halves round away from zero.
  const rounded = (at: number): string => c.op('Floor', [plus(c, times(c, column(at), scale), 0.5)]);
  /** [regions, bins, elements]: whether a bin holds an element of an axis. */
  const members = (axis: number): string => {
    const bins = pooled[axis]!;
    const [start, end] = [rounded(2 - axis), rounded(4 - axis)];
    const length = c.op('Max', [plus(c, minus(c, end, start), 1), c.scalar(1, start)]);
    const number = castLike(c, iota(c, c.vector([bins])), rois);
    const bin = times(c, length, 1 / bins);
    const limit = reshape(c, castLike(c, size(c, x, axis + 2), rois), []);
    const from = clamp(c, plus(c, c.op('Floor', [times(c, bin, number)]), start), 0, limit);
    const to = clamp(c, plus(c, c.op('Ceil', [times(c, bin, plus(c, number, 1))]), start), 0, limit);
    const places = castLike(c, iota(c, size(c, x, axis + 2)), rois);
    return c.op('And', [
      c.op('GreaterOrEqual', [places, unsqueeze(c, from, [2])]),
      c.op('Less', [places, unsqueeze(c, to, [2])]),
    ]);
  };
  const none = c.scalar(-Infinity, x);
  const picture = c.op('Gather', [x, pictures], { axis: 0 });
  const inColumns = pick(c, c.op('Where', [unsqueeze(c, members(1), [1, 2]), unsqueeze(c, picture, [3]), none]));
  const turned = c.op('Transpose', [inColumns], { perm: [0, 1, 3, 2] });
  const best = pick(c, c.op('Where', [unsqueeze(c, members(0), [1, 3]), unsqueeze(c, turned, [2]), none]));
  return [c.op('Where', [c.op('Greater', [best, none]), best, c.scalar(0, x)])];
};
