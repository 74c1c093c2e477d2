import { float } from '@incognita/onnx';
import { sizeOf } from '../testing/random.js';
import type { Draw } from './draw.js';
import { type Case, type Generator, single } from './problem.js';

/** Numbers between the multiples of a half: positions at which no neighbour changes. */
function betweenHalves(draw: Draw, low: number, high: number): number {
  return draw.integer(Math.ceil(2 * low), Math.floor(2 * high)) / 2 + draw.real(0.05, 0.45);
}

/** Positions within the picture and beyond it. */
function gridSample(draw: Draw): Case {
  const space = draw.pick([2, 2, 3]);
  const dims = [draw.integer(1, 2), draw.integer(1, 3), ...draw.times(space, () => draw.integer(1, 5))];
  const points = draw.times(space, () => draw.integer(1, 4));
  const mode = draw.pick(space === 3 ? ['linear', 'nearest'] : ['linear', 'nearest', 'cubic']);
  const by = mode === 'nearest' ? [0] : [0, 1];
  const align_corners = draw.integer(0, 1);
  const position = (_: unknown, i: number): number => {
    const length = dims[1 + space - (i % space)]!;
    const at = betweenHalves(draw, -length, 2 * length);
    return align_corners === 1 ? (2 * at) / Math.max(1, length - 1) - 1 : (2 * at + 1) / length - 1;
  };
  const grid = [dims[0]!, ...points, space];
  return {
    op: 'GridSample',
    inputs: [dims, { data: Float32Array.from({ length: sizeOf(grid) }, position), dims: grid }],
    attributes: {
      mode,
      padding_mode: draw.pick(['zeros', 'border', 'reflection']),
      align_corners,
    },
    by,
  };
}

function deformConv(draw: Draw): Case {
  const [kh, kw] = [draw.integer(1, 3), draw.integer(1, 2)];
  const [groups, parts] = [draw.pick([1, 2]), draw.pick([1, 2])];
  const n = draw.integer(1, 2);
  const strides = [draw.integer(1, 2), draw.integer(1, 2)];
  const dilations = [draw.integer(1, 2), draw.integer(1, 2)];
  const pads = draw.times(4, () => draw.integer(0, 1));
  const space = [kh, kw].map((k, i) => dilations[i]! * (k - 1) + 1 + draw.integer(0, 3));
  const out = [kh, kw].map((k, i) => {
    const free = space[i]! + pads[i]! + pads[i + 2]! - dilations[i]! * (k - 1) - 1;
    return Math.floor(free / strides[i]!) + 1;
  });
  const channels = 2 * draw.integer(1, 2);
  const masks = draw.chance() ? [[n, parts * kh * kw, ...out]] : [];
  const offset = [n, 2 * parts * kh * kw, ...out];
  const bias = draw.chance() ? [2 * groups] : ('' as const);
  return {
    op: 'DeformConv',
    inputs: [
      [n, channels, ...space],
      [2 * groups, channels / groups, kh, kw],
      { data: Float32Array.from({ length: sizeOf(offset) }, () => betweenHalves(draw, -1.5, 1)), dims: offset },
      ...(masks.length > 0 || bias !== '' ? [bias] : []),
      ...masks,
    ],
    attributes: { group: groups, offset_group: parts, strides, dilations, pads },
    symbolic: draw.chance(0.3),
  };
}

/** Corners of regions that lie in the picture and beyond it. */
function regions(draw: Draw, count: number, extent: number): number[] {
  return draw
    .times(count, () => {
      const [x, y] = [draw.real(-1, extent - 2), draw.real(-1, extent - 2)];
      return [x, y, x + draw.real(0.7, extent), y + draw.real(0.7, extent)];
    })
    .flat();
}

function roiAlign(draw: Draw): Case {
  const n = draw.integer(1, 2);
  const count = draw.integer(1, 3);
  const scale = draw.pick([1, 0.5]);
  const boxes = { data: Float32Array.from(regions(draw, count, 6 / scale)), dims: [count, 4] };
  const pictures = { data: BigInt64Array.from(draw.times(count, () => BigInt(draw.integer(0, n - 1)))), dims: [count] };
  return {
    op: 'RoiAlign',
    inputs: [[n, draw.integer(1, 2), draw.integer(4, 6), draw.integer(4, 6)], boxes, pictures],
    attributes: {
      mode: draw.pick(['avg', 'max']),
      output_height: draw.integer(1, 3),
      output_width: draw.integer(1, 3),
      sampling_ratio: draw.integer(0, 2),
      spatial_scale: float(scale),
      coordinate_transformation_mode: draw.pick(['half_pixel', 'output_half_pixel']),
    },
    // A sample of a moved region may change its neighbours within the step of a difference.
    ...(draw.chance() ? { by: [0] } : { tolerance: 2e-2 }),
  };
}

function maxRoiPool(draw: Draw): Case {
  const n = draw.integer(1, 2);
  const count = draw.integer(1, 3);
  const box = (corners: number[]): number[] => [draw.integer(0, n - 1), ...corners];
  const data = Float32Array.from(draw.times(count, () => box(regions(draw, 1, 6))).flat());
  return {
    op: 'MaxRoiPool',
    inputs: [[n, draw.integer(1, 2), draw.integer(4, 6), draw.integer(4, 6)], { data, dims: [count, 5] }],
    attributes: { pooled_shape: [draw.integer(1, 3), draw.integer(1, 3)], spatial_scale: float(draw.pick([1, 0.5])) },
    by: [0],
  };
}

/** Each maximum goes back to a place of its own. */
function maxUnpool(draw: Draw): Case {
  const [n, ch, h, w] = [draw.integer(1, 2), draw.integer(1, 2), draw.integer(1, 3), draw.integer(1, 3)];
  const out = [2 * h, 2 * w];
  const places = draw.times(n * ch, (plane) =>
    draw
      .order(4 * h * w)
      .slice(0, h * w)
      .map((place) => BigInt(plane * 4 * h * w + place)),
  );
  const indices = { data: BigInt64Array.from(places.flat()), dims: [n, ch, h, w] };
  const shape = draw.chance() ? [{ ints: [n, ch, ...out] }] : [];
  return { op: 'MaxUnpool', inputs: [[n, ch, h, w], indices, ...shape], attributes: { kernel_shape: [2, 2], strides: [2, 2] } };
}

function col2Im(draw: Draw): Case {
  const space = 2;
  const each = (low: number, high: number): number[] => draw.times(space, () => draw.integer(low, high));
  const [block, strides, dilations, pads] = [each(1, 3), each(1, 2), each(1, 2), [...each(0, 1), ...each(0, 1)]];
  const image = block.map((k, i) => dilations[i]! * (k - 1) + 1 + draw.integer(0, 3));
  const counts = image.map(
    (size, i) => Math.floor((size + pads[i]! + pads[i + space]! - dilations[i]! * (block[i]! - 1) - 1) / strides[i]!) + 1,
  );
  return {
    op: 'Col2Im',
    inputs: [[draw.integer(1, 2), draw.integer(1, 2) * sizeOf(block), sizeOf(counts)], { ints: image }, { ints: block }],
    attributes: { strides, dilations, pads },
  };
}

export const sampling: Readonly<Record<string, Generator>> = {
  Col2Im: (draw) => single(draw, col2Im(draw)),
  DeformConv: (draw) => single(draw, deformConv(draw)),
  GridSample: (draw) => single(draw, gridSample(draw)),
  MaxRoiPool: (draw) => single(draw, maxRoiPool(draw)),
  MaxUnpool: (draw) => single(draw, maxUnpool(draw)),
  RoiAlign: (draw) => single(draw, roiAlign(draw)),
};
