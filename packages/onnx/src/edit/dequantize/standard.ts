import type { RewriteContext } from '../rewrite/context.js';
import { becomesReal, type Progress, type QuantizedRewrite, realValue } from './quantized.js';

/** x in place of its rounding, unless x is a constant: then it is a weight, whose rounding is kept. */
export const QuantizeLinear: QuantizedRewrite = (c, progress) => {
  if (c.tensor(c.input(0)) !== null) return undefined;
  return [becomesReal(c, progress, 0, c.input(0), { scale: c.input(1), zero: c.input(2) })];
};

export const DequantizeLinear: QuantizedRewrite = (c, progress) => {
  if (!progress.real.has(c.input(0))) return undefined;
  return [c.op('Identity', [realValue(c, progress, c.input(0), { scale: c.input(1), zero: c.input(2) })])];
};

/** x with scale 1 and zero point 0: whatever is computed from them then needs no range of the data. */
const DynamicQuantizeLinear: QuantizedRewrite = (c, progress) => {
  const [, scale, zero] = c.node.outputs as [string, string, string];
  progress.real.set(c.node.outputs[0]!, { scale, zero });
  return [c.input(0), c.constant('float32', [1], []), c.constant('uint8', [0], [])];
};

/** Conv of real values; the bias is whole multiples of the product of the scales of x and w. */
export const QLinearConv: QuantizedRewrite = (c, progress) => {
  const [x, xScale, xZero, w, wScale, wZero, yScale, yZero, bias] = Array.from({ length: 9 }, (_, i) => c.input(i)) as Nine;
  const weight = realValue(c, progress, w, { scale: wScale, zero: wZero }, channelAxis(c, wScale, 0));
  const inputs = [realValue(c, progress, x, { scale: xScale, zero: xZero }), weight];
  if (bias !== '') inputs.push(c.op('Mul', [c.op('Cast', [bias], { to: 1 }), c.op('Mul', [xScale, wScale])]));
  const { channels_last: last, ...attributes } = c.node.attributes;
  if (last?.type === 'int' && last.value !== 0) c.refuse('its channels are last.', 'Save the model for this machine’s CPU only.');
  const y = c.op('Conv', inputs, attributes);
  return [becomesReal(c, progress, 0, y, { scale: yScale, zero: yZero })];
};
type Nine = [string, string, string, string, string, string, string, string, string];

const QLinearMatMul: QuantizedRewrite = (c, progress) => {
  const operand = (i: number): string => {
    const scale = c.input(i + 1);
    return realValue(c, progress, c.input(i), { scale, zero: c.input(i + 2) }, channelAxis(c, scale, i === 0 ? -2 : -1));
  };
  const y = c.op('MatMul', [operand(0), operand(3)]);
  return [becomesReal(c, progress, 0, y, { scale: c.input(6), zero: c.input(7) })];
};

/** The axis of a scale for each channel; none of a single one. */
export function channelAxis(c: RewriteContext, scale: string, axis: number): number | undefined {
  const shape = c.shape(scale);
  return shape === null || shape.length === 0 || shape[0] === 1 ? undefined : axis;
}

const MatMulInteger: QuantizedRewrite = (c, progress) =>
  sumOfProducts(c, progress, c.op('MatMul', [whole(c, progress, 0, 2), whole(c, progress, 1, 3)]));

const ConvInteger: QuantizedRewrite = (c, progress) =>
  sumOfProducts(c, progress, c.op('Conv', [whole(c, progress, 0, 2), whole(c, progress, 1, 3)], c.node.attributes));

function sumOfProducts(c: RewriteContext, progress: Progress, y: string): string[] {
  progress.sums.add(c.node.outputs[0]!);
  return [y];
}

/** An operand minus its zero point, as real numbers: of what is quantised its real value over the scale. */
function whole(c: RewriteContext, { real }: Progress, i: number, zeroAt: number): string {
  const name = c.input(i);
  const known = real.get(name);
  if (known !== undefined) {
    const scale = c.numbers(known.scale);
    return scale?.length === 1 && scale[0] === 1 ? name : c.op('Div', [name, known.scale]);
  }
  const zero = c.input(zeroAt);
  const number = (value: string): string => c.op('Cast', [value], { to: 1 });
  if (zero === '') return number(name);
  // A zero point for each row of A, or for each channel of a kernel, stands before the other axes.
  const size = c.shape(zero)?.length ?? 0;
  const rowwise = size === 1 && c.shape(zero)?.[0] !== 1 && (i === 0 || c.node.op === 'ConvInteger');
  const points = rowwise ? c.op('Unsqueeze', [zero, c.vector(i === 0 ? [1] : [1, 2, 3])]) : zero;
  return c.op('Sub', [number(name), number(points)]);
}

/** Cast of a sum of products to a float: it is one already. */
const Cast: QuantizedRewrite = (c, progress) => {
  if (!progress.sums.has(c.input(0))) return undefined;
  if (c.int('to', 0) !== 1)
    c.refuse('it reads a sum of products of quantised numbers as whole ones.', 'Cast it to float32 first.');
  return [c.op('Identity', [c.input(0)])];
};

/** Padding with the real value of the number that is padded with. */
const Pad: QuantizedRewrite = (c, progress) => {
  const quantization = progress.real.get(c.input(0));
  if (quantization === undefined) return undefined;
  const { scale, zero } = quantization;
  const dtype = zero === '' ? 'uint8' : c.dtype(zero);
  const filler = c.input(2) === '' ? c.constant(dtype, [0], []) : c.input(2);
  const value = c.op('DequantizeLinear', zero === '' ? [filler, scale] : [filler, scale, zero]);
  progress.real.set(c.node.outputs[0]!, quantization);
  const axes = c.input(3);
  return [c.op('Pad', axes === '' ? [c.input(0), c.input(1), value] : [c.input(0), c.input(1), value, axes], c.node.attributes)];
};

/** Operators of the default domain that compute with quantised numbers. */
export const standard: Readonly<Record<string, QuantizedRewrite>> = {
  Cast,
  ConvInteger,
  DequantizeLinear,
  DynamicQuantizeLinear,
  MatMulInteger,
  Pad,
  QLinearConv,
  QLinearMatMul,
  QuantizeLinear,
};
