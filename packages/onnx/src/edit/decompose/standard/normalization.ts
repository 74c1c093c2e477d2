import { float } from '../../../build/builder.js';
import { codeOf } from '../../../proto/dataTypes.js';
import type { DataType } from '../../../types.js';
import type { Rewrite, RewriteContext } from '../../rewrite/context.js';
import { shapeOf } from '../../rewrite/shapes.js';
import { rootMeanSquare } from '../microsoft/rms.js';

/** x / √(mean(x²) + ε) · scale over the axes from `axis` on. */
export const RMSNormalization: Rewrite = (c) => {
  const axis = c.int('axis', -1);
  const first = axis < 0 ? axis : axis - c.rank(c.input(0));
  const axes = Array.from({ length: -first }, (_, i) => first + i);
  const [own, inner] = [c.dtype(c.input(0)), stashed(c)];
  const { y } = rootMeanSquare(c, cast(c, c.input(0), inner), axes, c.float('epsilon', 1e-5));
  return [c.op('Mul', [cast(c, y, own), c.input(1)])];
};

/** Each group of channels has mean 0 and variance 1; then a scale and a bias a channel (a group, before operator set 21). */
export const GroupNormalization: Rewrite = (c) => {
  const [x, scale, bias] = [c.input(0), c.input(1), c.input(2)];
  const groups = c.int('num_groups', 1);
  const [own, inner] = [c.dtype(x), c.since < 21 ? c.dtype(x) : stashed(c)];
  const parts = c.op('Reshape', [cast(c, x, inner), c.vector([0, groups, -1])]);
  const filled = (value: number): string => c.constant(inner, Array<number>(groups).fill(value));
  const perGroup = c.since < 21;
  const inputs = perGroup ? [parts, scale, bias] : [parts, filled(1), filled(0)];
  const normal = c.op('InstanceNormalization', inputs, { epsilon: float(c.float('epsilon', 1e-5)) });
  const whole = c.op('Reshape', [cast(c, normal, own), shapeOf(c, x)]);
  if (perGroup) return [whole];
  const channels = c.vector([-1, ...Array<number>(c.rank(x) - 2).fill(1)]);
  const wide = (v: string): string => c.op('Reshape', [v, channels]);
  return [c.op('Add', [c.op('Mul', [whole, wide(scale)]), wide(bias)])];
};

/** (x − mean) / (deviation + 10⁻⁹) over the given axes. */
export const MeanVarianceNormalization: Rewrite = (c) => {
  const x = c.input(0);
  const axes = c.vector(c.ints('axes') ?? [0, 2, 3]);
  const centred = c.op('Sub', [x, c.op('ReduceMean', [x, axes], { keepdims: 1 })]);
  const variance = c.op('ReduceMean', [c.op('Mul', [centred, centred]), axes], { keepdims: 1 });
  return [c.op('Div', [centred, c.op('Add', [c.op('Sqrt', [variance]), c.scalar(1e-9, x)])])];
};

/** x / ‖x‖ along an axis; zero where the norm is. */
export const LpNormalization: Rewrite = (c) => {
  const x = c.input(0);
  const norm = c.op(`ReduceL${c.int('p', 2)}`, [x, c.vector([c.int('axis', -1)])], { keepdims: 1 });
  const safe = c.op('Where', [c.op('Equal', [norm, c.scalar(0, x)]), c.scalar(1, x), norm]);
  return [c.op('Div', [x, safe])];
};

/** (Σ |x|ᵖ)^(1/p) over all positions. */
export const GlobalLpPool: Rewrite = (c) => {
  const x = c.input(0);
  const p = c.int('p', 2);
  const axes = c.vector(Array.from({ length: c.rank(x) - 2 }, (_, i) => i + 2));
  if (p <= 2) return [c.op(`ReduceL${p}`, [x, axes], { keepdims: 1 })];
  const power = c.op('Pow', [c.op('Abs', [x]), c.scalar(p, x)]);
  return [c.op('Pow', [c.op('ReduceSum', [power, axes], { keepdims: 1 }), c.scalar(1 / p, x)])];
};

/** The type to compute in: float32 for halves that ask for it. */
function stashed(c: RewriteContext): DataType {
  const own = c.dtype(c.input(0));
  return own !== 'float64' && c.int('stash_type', 1) === 1 ? 'float32' : own;
}

function cast(c: RewriteContext, x: string, to: DataType): string {
  return c.dtype(x) === to ? x : c.op('Cast', [x], { to: codeOf(to) });
}
