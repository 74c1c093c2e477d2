import { float } from '@incognita/onnx';
import type { Draw } from './draw.js';
import { type Case, type Generator, single } from './problem.js';

function depthToSpace(draw: Draw): Case {
  const b = draw.integer(1, 3);
  const [n, c, h, w] = draw.dims({ rank: 4, max: 2 }) as [number, number, number, number];
  const mode = draw.pick(['DCR', 'CRD', undefined]);
  return { op: 'DepthToSpace', inputs: [[n, c * b * b, h, w]], attributes: { blocksize: b, mode } };
}

function spaceToDepth(draw: Draw): Case {
  const b = draw.integer(1, 3);
  const [n, c, h, w] = draw.dims({ rank: 4, max: 2 }) as [number, number, number, number];
  return { op: 'SpaceToDepth', inputs: [[n, c, h * b, w * b]], attributes: { blocksize: b } };
}

/** Any mode at any coordinates; by scales, which need not be exact ratios, or by sizes; of all axes or some. */
function resize(draw: Draw): Case {
  const mode = draw.pick(['nearest', 'linear', 'cubic']);
  const dims = [draw.integer(1, 2), draw.integer(1, 2), draw.integer(2, 6), draw.integer(2, 6)];
  const antialias = mode !== 'nearest' && draw.chance(0.25) ? 1 : 0;
  const crop = antialias === 0 && draw.chance(0.2);
  const some = draw.chance(0.3);
  const attributes = {
    mode,
    coordinate_transformation_mode: crop
      ? 'tf_crop_and_resize'
      : draw.pick(['half_pixel', 'asymmetric', 'align_corners', 'pytorch_half_pixel', 'half_pixel_symmetric']),
    nearest_mode: mode === 'nearest' ? draw.pick(['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil']) : undefined,
    ...(mode === 'cubic' && { exclude_outside: draw.integer(0, 1), cubic_coeff_a: draw.pick([-0.75, -0.5]) }),
    ...(antialias === 1 && { antialias }),
    ...(crop && { extrapolation_value: float(draw.pick([0, 2])) }),
    ...(some && {
      axes: draw.pick([
        [2, 3],
        [-1, -2],
      ]),
    }),
  };
  const lead = (values: number[], rest: readonly number[]): number[] => (some ? [...rest] : [...values, ...rest]);
  const corner = (low: number, high: number): number[] =>
    lead([low, low], [draw.pick([low, low + 0.13]), draw.pick([high, high - 0.21])]);
  const region = crop ? { floats: [...corner(0, 0), ...corner(1, 1)] } : '';
  if (draw.chance()) {
    const scales = lead([1, 1], [draw.pick([1, 2, 1.6, 0.7]), draw.pick([1, 3, 1.3, 0.5])]);
    // ONNX Runtime copies a picture whose size stays, even where the scales say otherwise.
    const stays = scales.slice(-2).every((scale, i) => Math.floor(scale * dims[i + 2]!) === dims[i + 2]);
    return { op: 'Resize', inputs: [dims, region, { floats: stays ? lead([1, 1], [2, 2]) : scales }], attributes, by: [0] };
  }
  const sizes = { ints: lead(dims.slice(0, 2), [draw.integer(1, 9), draw.integer(1, 9)]) };
  return { op: 'Resize', inputs: [dims, region, '', sizes], attributes, by: [0] };
}

/** All axes by one scale. */
function resizeInProportion(draw: Draw): Case {
  const dims = [draw.integer(1, 2), draw.integer(1, 2), draw.integer(2, 6), draw.integer(2, 6)];
  const attributes = {
    mode: draw.pick(['nearest', 'linear', 'cubic']),
    coordinate_transformation_mode: draw.pick(['half_pixel', 'asymmetric']),
    keep_aspect_ratio_policy: draw.pick(['not_larger', 'not_smaller']),
    axes: [2, 3],
  };
  return { op: 'Resize', inputs: [dims, '', '', { ints: [draw.integer(3, 9), draw.integer(3, 9)] }], attributes, by: [0] };
}

export const spatial: Readonly<Record<string, Generator>> = {
  DepthToSpace: (draw) => single(draw, depthToSpace(draw)),
  SpaceToDepth: (draw) => single(draw, spaceToDepth(draw)),
  Resize: (draw) => single(draw, draw.chance(0.15) ? resizeInProportion(draw) : resize(draw)),
};
