import type { Rewrite } from '@incognita/onnx';
import { type Axis, cubicTaps, firstRows, linearTaps, nearestTaps, type Padding, rowsOf, sample } from './sampling.js';
import { castLike, iota, join, minus, plus, reshape, size, sizes, times, unsqueeze, upTo } from './write.js';

/** A picture read at the positions of a grid: position −1 is one end of an axis and 1 the other; the grid names the last axis first. */
export const GridSample: Rewrite = (c) => {
  const [x, grid] = [c.input(0), c.input(1)];
  const space = c.rank(x) - 2;
  const aligned = c.int('align_corners', 0) === 1;
  const padding = c.string('padding_mode', 'zeros') as Padding;
  const mode = c.string('mode', 'linear');
  const points = reshape(c, grid, [0, -1, space]);
  const lengths = upTo(space).map((axis) => size(c, x, axis + 2));
  const taps = lengths.map((length, i) => {
    const g = c.op('Gather', [points, c.constant('int64', [space - 1 - i], [])], { axis: 2 });
    const count = reshape(c, castLike(c, length, g), []);
    const position = aligned
      ? times(c, times(c, plus(c, g, 1), 0.5), minus(c, count, 1))
      : times(c, minus(c, times(c, plus(c, g, 1), count), 1), 0.5);
    const axis: Axis = { position, length, padding, aligned };
    if (mode === 'nearest') return nearestTaps(c, axis);
    return mode === 'cubic' || mode === 'bicubic' ? cubicTaps(c, axis) : linearTaps(c, axis);
  });
  const base = unsqueeze(c, firstRows(c, iota(c, size(c, x, 0)), x), [1]);
  const read = sample(c, rowsOf(c, x), taps, lengths, base);
  return [reshape(c, c.op('Transpose', [read], { perm: [0, 2, 1] }), join(c, sizes(c, x, 0, 2), sizes(c, grid, 1, space + 1)))];
};
