import type { Rewrite, RewriteContext } from '../rewrite/context.js';
import { again } from './again.js';

/** Upsample (until 9): Resize whose positions are divided by the scale and rounded down. */
export const upsample: Rewrite = (c) => {
  const x = c.input(0);
  const [height, width] = [c.float('height_scale', 1), c.float('width_scale', 1)];
  const scales = c.since >= 9 ? c.input(1) : c.constant('float32', c.floats('scales') ?? [1, 1, height, width]);
  return [resized(c, x, scales, 'floor')];
};

/** Resize: since 11 with regions and sizes; tf_half_pixel_for_nn went with 13. */
export const resize: Rewrite = (c) => (c.since < 11 ? resizeTen(c) : resizeEleven(c));

/**
 * Resize-10 rounds positions down where it enlarges and up where it shrinks: the specification's example
 * resize_downsample_scales_nearest, and ONNX Runtime.
 */
function resizeTen(c: RewriteContext): readonly string[] {
  const [x, scales] = [c.input(0), c.input(1)];
  if (c.string('mode', 'nearest') !== 'nearest') return [resized(c, x, scales, 'floor')];
  const known = c.numbers(scales) ?? c.value(scales)?.data;
  if (known == null || !Array.from(known as ArrayLike<unknown>).every((scale) => typeof scale === 'number'))
    c.refuse(
      'its scales are computed, and whether it enlarges or shrinks decides how it rounds.',
      'State shapes for the inputs, or export with operator set 11 or later.',
    );
  const numbers = Array.from(known as ArrayLike<number>);
  const part = (keep: (scale: number) => boolean): string =>
    c.constant(
      'float32',
      numbers.map((scale) => (keep(scale) ? scale : 1)),
    );
  if (numbers.every((scale) => scale >= 1)) return [resized(c, x, scales, 'floor')];
  if (numbers.every((scale) => scale <= 1)) return [resized(c, x, scales, 'ceil')];
  return [
    resized(
      c,
      resized(
        c,
        x,
        part((scale) => scale < 1),
        'ceil',
      ),
      part((scale) => scale > 1),
      'floor',
    ),
  ];
}

function resized(c: RewriteContext, x: string, scales: string, nearest: 'floor' | 'ceil'): string {
  const mode = c.string('mode', 'nearest');
  return c.op('Resize', [x, '', scales], {
    mode: mode === 'bilinear' ? 'linear' : mode,
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: mode === 'nearest' ? nearest : undefined,
  });
}

function resizeEleven(c: RewriteContext): readonly string[] | undefined {
  const isEmpty = (name: string): boolean => name !== '' && c.shape(name)?.length === 1 && c.shape(name)![0] === 0;
  const [x, roi, scales, sizes] = [0, 1, 2, 3].map((i) => (isEmpty(c.input(i)) ? '' : c.input(i))) as [
    string,
    string,
    string,
    string,
  ];
  const half = c.string('coordinate_transformation_mode', 'half_pixel') === 'tf_half_pixel_for_nn';
  if (!half && roi === c.input(1) && scales === c.input(2) && sizes === c.input(3)) return undefined;
  const inputs = [x, roi, sizes === '' ? scales : '', sizes];
  if (!half) return again(c, { inputs });
  // ⌊(x + ½) / scale⌋ is (x + ½) / scale − ½, rounded with halves up.
  if (c.string('mode', 'nearest') !== 'nearest' || c.string('nearest_mode', 'round_prefer_floor') !== 'floor')
    c.refuse(
      'tf_half_pixel_for_nn is known later only as what it means for nearest neighbours that are rounded down.',
      'Export with operator set 13 or later.',
    );
  return again(c, {
    inputs,
    attributes: { coordinate_transformation_mode: 'half_pixel', nearest_mode: 'round_prefer_ceil' },
  });
}
