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

/** Any mode at any coordinates; by scales, which need not be exact ratios, or by sizes. */
function resize(draw: Draw): Case {
  const mode = draw.pick(['nearest', 'linear', 'cubic']);
  const dims = [draw.integer(1, 2), draw.integer(1, 2), draw.integer(2, 6), draw.integer(2, 6)];
  const attributes = {
    mode,
    coordinate_transformation_mode: draw.pick([
      'half_pixel',
      'asymmetric',
      'align_corners',
      'pytorch_half_pixel',
      'half_pixel_symmetric',
    ]),
    nearest_mode: mode === 'nearest' ? draw.pick(['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil']) : undefined,
    ...(mode === 'cubic' && { exclude_outside: draw.integer(0, 1), cubic_coeff_a: draw.pick([-0.75, -0.5]) }),
  };
  const space = draw.chance()
    ? (['', { floats: [1, 1, draw.pick([1, 2, 1.6, 0.7]), draw.pick([1, 3, 1.3, 0.5])] }] as const)
    : (['', '', { ints: [dims[0]!, dims[1]!, draw.integer(1, 9), draw.integer(1, 9)] }] as const);
  return { op: 'Resize', inputs: [dims, ...space], attributes, by: [0], symbolic: draw.chance(0.3) && 'all' };
}

export const spatial: Readonly<Record<string, Generator>> = {
  DepthToSpace: (draw) => single(draw, depthToSpace(draw)),
  SpaceToDepth: (draw) => single(draw, spaceToDepth(draw)),
  Resize: (draw) => single(draw, resize(draw)),
};
