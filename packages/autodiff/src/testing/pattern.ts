import { type AttributeInput, convertFloats, float, GraphBuilder, type Model } from '@incognita/onnx';
import { vjp } from '../vjp.js';
import { checkProblem } from './check.js';
import { half, wide } from './half.js';
import { noise, spaced } from './random.js';
import { relativeError, run, type Values } from './run.js';

/** What a pattern of operators is written with. */
export interface Sketch {
  /** The tensor to differentiate by. */
  readonly x: string;
  op(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, AttributeInput | undefined>>): string;
  ops(op: string, inputs: readonly string[], count: number, attributes?: Readonly<Record<string, AttributeInput>>): string[];
  /** A constant of fixed noise. */
  weights(...dims: number[]): string;
  number(value: number): string;
  ints(...values: number[]): string;
  /**
   * Reshape by a list of numbers and of sizes of axes of `x` ('0' is the size of axis 0): constants in the folded form, the chain
   * Shape, Gather, Unsqueeze, Concat in the form that tracing a dynamic axis leaves.
   */
  view(value: string, ...dims: (number | string)[]): string;
  /** The vector of such a list. */
  sizes(...dims: (number | string)[]): string;
}

/**
 * Holds both derivatives of a small graph against finite differences and each other, as exporters write it: with constants where
 * all sizes are known, and with shape arithmetic where the axes of `x` are dynamic. In float16 its gradient is that in float32 but
 * for rounding.
 */
export async function checkPattern(
  dims: readonly number[],
  draw: (s: Sketch) => string,
  { opset = 18, range }: { readonly opset?: number; readonly range?: readonly [number, number] } = {},
): Promise<void> {
  for (const traced of [false, true]) {
    const b = new GraphBuilder({ opset });
    const x = b.input('x', 'float32', traced ? dims.map((_, axis) => `d${axis}`) : dims);
    let seed = 10;
    const sizes = (...list: (number | string)[]): string => {
      if (!traced) return b.i64(list.map((dim) => (typeof dim === 'number' ? dim : dims[Number(dim)]!)));
      const parts = list.map((dim) =>
        typeof dim === 'number'
          ? b.i64([dim])
          : b.op('Unsqueeze', [b.op('Gather', [b.op('Shape', [x]), b.i64(Number(dim))], { axis: 0 }), b.i64([0])]),
      );
      return b.op('Concat', parts, { axis: 0 });
    };
    const y = draw({
      x,
      op: (op, inputs, attributes = {}) => b.op(op, inputs, attributes),
      ops: (op, inputs, count, attributes = {}) => b.ops(op, inputs, count, attributes),
      weights: (...shape) => b.f32(noise(shape, ++seed).data as Float32Array, shape),
      number: (value) => b.f32(value),
      ints: (...values) => b.i64(values),
      view: (value, ...list) => b.op('Reshape', [value, sizes(...list)]),
      sizes,
    });
    b.output(y, 'float32', null);
    const feeds = { x: spaced(dims, 1, ...(range ?? [])) };
    await checkProblem({ model: b.model(), feeds, of: [y], wrt: ['x'] });
    if (!traced) await checkHalf(b.model(), feeds.x, y);
  }
}

/** Rounding of float16, some operators deep. */
const NEAR = 2e-2;

async function checkHalf(model: Model, x: Values, y: string): Promise<void> {
  // Both see the rounded input, so that they choose the same maxima.
  const rounded = wide(half(x));
  const cotangent = wide(half(noise((await run(model, { x: rounded }))[y]!.dims, 2)));
  const expected = (await run(vjp(model, { of: y, wrt: 'x' }), { x: rounded, [`cotangent:${y}`]: cotangent }))['grad:x']!;
  const made = vjp(convertFloats(model, 'float16'), { of: y, wrt: 'x' });
  const gradient = wide((await run(made, { x: half(rounded), [`cotangent:${y}`]: half(cotangent) }))['grad:x']!);
  const error = relativeError(gradient.data as Float32Array, expected.data as Float32Array);
  if (!(error < NEAR)) throw new Error(`In float16 the gradient is off by ${error}; rounding explains less than ${NEAR}.`);
}

export { float };
