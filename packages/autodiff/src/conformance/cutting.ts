import type { Draw } from './draw.js';
import { type Case, type Generator, single } from './problem.js';

function split(draw: Draw): Case {
  const lengths = draw.times(draw.integer(1, 3), () => draw.integer(draw.chance(0.1) ? 0 : 1, 3));
  const dims = draw.dims();
  const axis = draw.axis(dims.length);
  const full = dims.with(
    axis,
    lengths.reduce((a, b) => a + b, 0),
  );
  const outputs = lengths.length;
  const of = draw.chance(0.3) ? [draw.integer(0, outputs - 1)] : draw.order(outputs);
  if (draw.chance(0.3)) {
    const even = dims.with(axis, outputs * 2 - (outputs > 1 && draw.chance() ? 1 : 0));
    return { op: 'Split', inputs: [even], attributes: { axis, num_outputs: outputs }, outputs, of };
  }
  return { op: 'Split', inputs: [full, { ints: lengths }], attributes: { axis }, outputs, of };
}

const FROM_THE_END = 'a negative step of Slice begins at the last element, whatever its start (ONNX Runtime 1.30)';

/** Starts, ends and steps of either sign, beyond the borders now and then, of constants or of inputs. */
function slice(draw: Draw): Case {
  const dims = draw.dims({ max: 6 });
  const axes = draw.axes(dims.length);
  const cuts = axes.map((axis) => {
    const size = dims.at(axis)!;
    const step = draw.pick([1, 1, 2, 3, -1, -2]);
    const [low, high] = [
      draw.integer(-size - 1, size + 1),
      draw.pick([draw.integer(-size - 1, size + 1), size + 100, -size - 100]),
    ];
    return { start: low, end: high, step };
  });
  const fed = draw.chance(0.25);
  const list = (values: number[]) =>
    fed ? { data: BigInt64Array.from(values, BigInt), dims: [values.length] } : { ints: values };
  const inputs: Case['inputs'] = [
    dims,
    list(cuts.map(({ start }) => start)),
    list(cuts.map(({ end }) => end)),
    draw.chance(0.15) ? { data: BigInt64Array.from(axes, BigInt), dims: [axes.length] } : { ints: axes },
    list(cuts.map(({ step }) => step)),
  ];
  const misread = cuts.some(({ start, step }, i) => step < 0 && (start < 0 ? start !== -1 : start < dims.at(axes[i]!)! - 1));
  return { op: 'Slice', inputs, by: [0], ...(misread && { exceptions: { webgpu: { reason: FROM_THE_END } } }) };
}

/** Positive and negative padding of any mode, of all axes or of some, by constants or by inputs. */
function pad(draw: Draw): Case {
  const mode = draw.pick(['constant', 'constant', 'reflect', 'edge', 'wrap'] as const);
  const dims = draw.dims({ min: 2, max: 5 });
  const axes = draw.chance(0.4) ? draw.axes(dims.length) : dims.map((_, i) => i);
  const limit = (axis: number): number => (mode === 'reflect' ? dims.at(axis)! - 2 : mode === 'wrap' ? dims.at(axis)! - 1 : 2);
  const amount = (axis: number): number => (dims.at(axis)! > 3 && draw.chance(0.3) ? -1 : draw.integer(0, limit(axis)));
  const amounts = [...axes.map(amount), ...axes.map(amount)];
  const pads = draw.chance(0.25) ? { data: BigInt64Array.from(amounts, BigInt), dims: [amounts.length] } : { ints: amounts };
  const value = draw.chance(0.4) && mode === 'constant' ? { data: Float32Array.of(0.5), dims: [] } : '';
  const named = axes.length < dims.length || draw.chance(0.3) || axes.some((axis, i) => axis !== i);
  const inputs: Case['inputs'] = named ? [dims, pads, value, { ints: axes }] : value === '' ? [dims, pads] : [dims, pads, value];
  return { op: 'Pad', inputs, attributes: { mode } };
}

export const cutting: Readonly<Record<string, Generator>> = {
  Split: (draw) => single(draw, split(draw)),
  Slice: (draw) => single(draw, slice(draw)),
  Pad: (draw) => single(draw, pad(draw)),
};
