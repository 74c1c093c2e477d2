import type { Rewrite } from '@incognita/onnx';
import { minus, plus, sizes, upTo } from './write.js';

/** A transposed convolution of a stated output size: the whole one, cut. */
export const SizedConvTranspose: Rewrite = (c) => {
  const [x, w, bias] = [c.input(0), c.input(1), c.input(2)];
  const kernel = c.shape(w)?.slice(2);
  if (!kernel?.every((k) => typeof k === 'number'))
    return c.refuse(`the shape of its kernel "${w}" is not known.`, 'State it in the value_info of the model.');
  const rank = kernel.length;
  const { auto_pad, output_shape: _, output_padding: __, pads: ___, ...attributes } = c.node.attributes;
  const wanted = c.vector((c.ints('output_shape') ?? []).slice(-rank));
  const extra = c.ints('output_padding') ?? kernel.map(() => 0);
  const whole = c.op('ConvTranspose', [x, w], attributes);
  const axes = c.vector(upTo(rank).map((axis) => axis + 2));
  const total = c.op('Max', [minus(c, plus(c, sizes(c, whole, 2), c.vector(extra)), wanted), c.vector([0])]);
  const half = c.op('Div', [total, c.vector([2])]);
  const begin = auto_pad?.type === 'string' && auto_pad.value === 'SAME_UPPER' ? half : minus(c, total, half);
  const zeros = new Array<number>(rank + 2).fill(0);
  const longer = c.op('Pad', [whole, c.vector([...zeros, 0, 0, ...extra])]);
  const y = c.op('Slice', [longer, begin, plus(c, begin, wanted), axes]);
  return [bias ? plus(c, y, c.op('Reshape', [bias, c.vector([-1, ...kernel.map(() => 1)])])) : y];
};
