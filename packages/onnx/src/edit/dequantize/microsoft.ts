import type { RewriteContext } from '../rewrite/context.js';
import { becomesReal, type Progress, type QuantizedRewrite, realValue } from './quantized.js';
import { channelAxis, DequantizeLinear, QLinearConv, QuantizeLinear } from './standard.js';

/** The real value of the operand whose number, scale and zero point are inputs i, i + 1 and i + 2. */
function operand(c: RewriteContext, progress: Progress, i: number): string {
  return realValue(c, progress, c.input(i), { scale: c.input(i + 1), zero: c.input(i + 2) });
}

function result(c: RewriteContext, progress: Progress, y: string, at: number): string[] {
  return [becomesReal(c, progress, 0, y, { scale: c.input(at), zero: c.input(at + 1) })];
}

const binary =
  (op: string): QuantizedRewrite =>
  (c, progress) =>
    result(c, progress, c.op(op, [operand(c, progress, 0), operand(c, progress, 3)]), 6);

const unary =
  (write: (c: RewriteContext, x: string) => string): QuantizedRewrite =>
  (c, progress) =>
    result(c, progress, write(c, operand(c, progress, 0)), 3);

const pool = (op: string): QuantizedRewrite =>
  unary((c, x) => {
    const { channels_last: last, ...attributes } = c.node.attributes;
    if (last?.type === 'int' && last.value !== 0) c.refuse('its channels are last.', 'Use the model before that layout.');
    return c.op(op, [x], attributes);
  });

const QLinearConcat: QuantizedRewrite = (c, progress) => {
  const count = Math.floor((c.node.inputs.length - 2) / 3);
  const parts = Array.from({ length: count }, (_, i) => operand(c, progress, 2 + 3 * i));
  return result(c, progress, c.op('Concat', parts, c.node.attributes), 0);
};

/** Inputs: condition; x, y and z each with scale and zero point. */
const QLinearWhere: QuantizedRewrite = (c, progress) =>
  result(c, progress, c.op('Where', [c.input(0), operand(c, progress, 1), operand(c, progress, 4)]), 7);

const QLinearReduceMean = unary((c, x) => {
  const axes = c.ints('axes');
  return c.op('ReduceMean', axes === null ? [x] : [x, c.vector(axes)], { keepdims: c.int('keepdims', 1) });
});

/** Softmax over the last axes from `axis` on before operator set 13, over one axis since. */
const QLinearSoftmax: QuantizedRewrite = (c, progress) => {
  const x = operand(c, progress, 0);
  const axis = c.int('axis', -1);
  const rank = c.rank(x);
  const first = axis < 0 ? axis + rank : axis;
  if (c.int('opset', 13) >= 13 || first === rank - 1) return result(c, progress, c.op('Softmax', [x], { axis }), 3);
  const kept = Array.from({ length: first }, () => 0);
  const flat = c.op('Softmax', [c.op('Reshape', [x, c.vector([...kept, -1])])], { axis: -1 });
  return result(c, progress, c.op('Reshape', [flat, c.op('Shape', [x])]), 3);
};

/** α A B + C, where C has the scale of α times those of A and B; a float where no scale of the result is given. */
const QGemm: QuantizedRewrite = (c, progress) => {
  const [aScale, bScale, bias] = [c.input(1), c.input(4), c.input(6)];
  const turned = c.int('transB', 0) !== 0;
  const b = realValue(c, progress, c.input(3), { scale: bScale, zero: c.input(5) }, channelAxis(c, bScale, turned ? 0 : 1));
  const inputs = [operand(c, progress, 0), b];
  const alpha = c.float('alpha', 1);
  if (bias !== '') {
    const scale = c.op('Mul', [c.op('Mul', [aScale, bScale]), c.scalar(alpha, aScale)]);
    inputs.push(c.op('Mul', [c.op('Cast', [bias], { to: 1 }), scale]));
  }
  const attributes = { alpha: { type: 'float', value: alpha }, transA: c.int('transA', 0), transB: Number(turned) } as const;
  const y = c.op('Gemm', inputs, attributes);
  return c.input(7) === '' ? [y] : result(c, progress, y, 7);
};

/** A times dequantised B plus bias: A is quantised on the way only. */
const DynamicQuantizeMatMul: QuantizedRewrite = (c, progress) => {
  const b = realValue(c, progress, c.input(1), { scale: c.input(2), zero: c.input(3) }, channelAxis(c, c.input(2), -1));
  return [withBias(c, c.op('MatMul', [c.input(0), b]), c.input(4))];
};

const MatMulIntegerToFloat: QuantizedRewrite = (c, progress) => {
  const at = (i: number, axis: number): string =>
    realValue(c, progress, c.input(i), { scale: c.input(2 + i), zero: c.input(4 + i) }, channelAxis(c, c.input(2 + i), axis));
  return [withBias(c, c.op('MatMul', [at(0, -2), at(1, -1)]), c.input(6))];
};

function withBias(c: RewriteContext, y: string, bias: string): string {
  return bias === '' ? y : c.op('Add', [y, bias]);
}

/** The Attention of real values. */
const QAttention: QuantizedRewrite = (c, progress) => {
  const x = realValue(c, progress, c.input(0), { scale: c.input(3), zero: c.input(6) });
  const weight = { scale: c.input(4), zero: c.input(7) };
  const w = realValue(c, progress, c.input(1), weight, channelAxis(c, weight.scale, 1));
  const inputs = [x, w, c.input(2), c.input(5), c.input(8)];
  return c.ops('Attention', inputs, c.node.outputs.length, c.node.attributes, 'com.microsoft');
};

/** Operators of the domain com.microsoft that compute with quantised numbers. */
export const microsoft: Readonly<Record<string, QuantizedRewrite>> = {
  DequantizeLinear,
  DynamicQuantizeMatMul,
  MatMulIntegerToFloat,
  QAttention,
  QGemm,
  QLinearAdd: binary('Add'),
  QLinearAveragePool: pool('AveragePool'),
  QLinearConcat,
  QLinearConv,
  QLinearGlobalAveragePool: pool('GlobalAveragePool'),
  QLinearLeakyRelu: unary((c, x) => c.op('LeakyRelu', [x], c.node.attributes)),
  QLinearMul: binary('Mul'),
  QLinearReduceMean,
  QLinearSigmoid: unary((c, x) => c.op('Sigmoid', [x])),
  QLinearSoftmax,
  QLinearWhere,
  QuantizeLinear,
};
