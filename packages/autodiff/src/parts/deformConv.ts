import type { Rewrite, RewriteContext } from '@incognita/onnx';
import { linearTaps, rowsOf, sample } from './sampling.js';
import { castLike, iota, join, plus, reshape, size, sizes, times, unsqueeze } from './write.js';

/**
 * A convolution whose kernel reads at positions that are moved by offsets, and counts them by a mask.
 * Source: X. Zhu et al., Deformable ConvNets v2 (2019), equation 1.
 */
export const DeformConv: Rewrite = (c) => {
  const [x, w, offset, bias, mask] = [c.input(0), c.input(1), c.input(2), c.input(3), c.input(4)];
  const kernel = c.shape(w)?.slice(2);
  if (kernel?.length !== 2 || !kernel.every((k) => typeof k === 'number'))
    return c.refuse(`its kernel "${w}" is not of two known sizes.`, 'Fix the kernel of the model to two axes of space.');
  const [kh, kw] = kernel as [number, number];
  const groups = c.int('group', 1);
  const parts = c.int('offset_group', 1);
  const strides = c.ints('strides') ?? [1, 1];
  const dilations = c.ints('dilations') ?? [1, 1];
  const pads = c.ints('pads') ?? [0, 0, 0, 0];
  const area = kh * kw;
  const out = [size(c, offset, 2), size(c, offset, 3)];
  const moved = reshape(c, offset, join(c, c.vector([0, parts, area, 2]), ...out));
  // [n, parts, kernel places, 2, h, w] → where each place of the kernel reads along an axis: [n, parts, kernel places, h, w].
  const taps = [0, 1].map((axis) => {
    const shift = c.op('Gather', [moved, c.constant('int64', [axis], [])], { axis: 3 });
    const steps = times(c, castLike(c, iota(c, out[axis]!), offset), strides[axis]!);
    const grid = axis === 0 ? unsqueeze(c, steps, [1]) : steps;
    const numbers = iota(c, c.vector([area]));
    const place = axis === 0 ? c.op('Div', [numbers, c.vector([kw])]) : c.op('Mod', [numbers, c.vector([kw])]);
    const scaled = c.op('Sub', [times(c, place, c.vector([dilations[axis]!])), c.vector([pads[axis]!])]);
    const places = castLike(c, reshape(c, scaled, [area, 1, 1]), offset);
    return linearTaps(c, {
      position: plus(c, shift, plus(c, grid, places)),
      length: size(c, x, axis + 2),
      padding: 'zeros',
      aligned: true,
    });
  });
  const apart = reshape(c, x, join(c, c.vector([-1]), channelsOf(c, x, parts), sizes(c, x, 2)));
  const first = times(
    c,
    iota(c, times(c, size(c, x, 0), c.vector([parts]))),
    c.op('ReduceProd', [sizes(c, x, 2), c.vector([0])], { keepdims: 0 }),
  );
  const base = reshape(c, first, [-1, parts, 1, 1, 1]);
  let read = sample(c, rowsOf(c, apart), taps, [size(c, x, 2), size(c, x, 3)], base);
  if (mask) read = times(c, read, unsqueeze(c, reshape(c, mask, join(c, c.vector([0, parts, area]), ...out)), [-1]));
  // [n, parts, kernel places, h, w, channels] → [n, groups, channels · kernel places, h · w], as the kernel multiplies them.
  const columns = c.op('Transpose', [read], { perm: [0, 1, 5, 2, 3, 4] });
  const points = times(c, out[0]!, out[1]!);
  const right = reshape(c, columns, join(c, c.vector([0, groups, -1]), points));
  const left = reshape(c, w, join(c, c.vector([groups, -1]), times(c, size(c, w, 1), c.vector([area]))));
  const y = reshape(c, c.op('MatMul', [left, right]), join(c, c.vector([0, -1]), ...out));
  return [bias ? plus(c, y, reshape(c, bias, [-1, 1, 1])) : y];
};

function channelsOf(c: RewriteContext, x: string, parts: number): string {
  return c.op('Div', [size(c, x, 1), c.vector([parts])]);
}
