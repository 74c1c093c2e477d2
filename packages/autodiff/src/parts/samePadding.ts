import type { Rewrite, RewriteContext } from '@incognita/onnx';
import { join, minus, plus, sizes, times } from './write.js';

/** A windowed operator whose `auto_pad` asks for as many windows as steps fit, with its padding written out: the run knows the sizes. */
function samePadded(write: (c: RewriteContext, pad: (value: string, fill: number) => string) => string): Rewrite {
  return (c) => [write(c, (value, fill) => c.op('Pad', [value, padsOf(c), c.scalar(fill, value)]))];
}

export const SameConv: Rewrite = samePadded((c, pad) => {
  const inputs = c.node.inputs.with(0, pad(c.input(0), 0));
  return c.op('Conv', inputs, explicit(c));
});

export const SameMaxPool: Rewrite = samePadded((c, pad) => c.op('MaxPool', [pad(c.input(0), -Infinity)], explicit(c)));

export const SameLpPool: Rewrite = samePadded((c, pad) => c.op('LpPool', [pad(c.input(0), 0)], explicit(c)));

export const SameAveragePool: Rewrite = samePadded((c, pad) => {
  const x = c.input(0);
  const mean = c.op('AveragePool', [pad(x, 0)], explicit(c));
  if (c.int('count_include_pad', 0) === 1) return mean;
  const space = join(c, c.vector([1, 1]), sizes(c, x, 2));
  const share = c.op('AveragePool', [pad(c.op('Expand', [c.scalar(1, x), space]), 0)], explicit(c));
  return c.op('Div', [mean, share]);
});

function explicit(c: RewriteContext): Record<string, (typeof c.node.attributes)[string]> {
  const { auto_pad: _, pads: __, storage_order: ___, ...attributes } = c.node.attributes;
  return attributes;
}

/** Padding of all axes, before and after: total = max(0, (⌈size / stride⌉ − 1) stride + span − size), the odd one after or before. */
function padsOf(c: RewriteContext): string {
  const kernel = c.ints('kernel_shape') ?? (c.shape(c.input(1))?.slice(2) as readonly number[] | undefined);
  if (!kernel?.every((k) => typeof k === 'number'))
    return c.refuse(`the shape of its kernel "${c.input(1)}" is not known.`, 'State it in the value_info of the model.');
  const strides = c.ints('strides') ?? kernel.map(() => 1);
  const dilations = c.ints('dilations') ?? kernel.map(() => 1);
  const length = sizes(c, c.input(0), 2);
  const steps = c.vector(strides);
  const count = c.op('Div', [plus(c, length, c.vector(strides.map((s) => s - 1))), steps]);
  const reach = plus(
    c,
    times(c, minus(c, count, c.vector([1])), steps),
    c.vector(kernel.map((k, i) => dilations[i]! * (k - 1) + 1)),
  );
  const total = c.op('Max', [minus(c, reach, length), c.vector([0])]);
  const less = c.op('Div', [total, c.vector([2])]);
  const more = minus(c, total, less);
  const upper = c.string('auto_pad', '') === 'SAME_UPPER';
  return join(c, c.vector([0, 0]), upper ? less : more, c.vector([0, 0]), upper ? more : less);
}
