import { type AttributeInput, GraphBuilder, type Model } from '@incognita/onnx';
import { expect } from 'vitest';
import { jvp } from '../jvp.js';
import type { Form } from '../types.js';
import { vjp } from '../vjp.js';
import { inner, noise, spaced } from './random.js';
import { openSession, relativeError, run, runSession, type Values } from './run.js';

/** One operator with its inputs. */
export interface Case {
  readonly op: string;
  /** A shape (then the numbers are drawn), given numbers, or a list of integers or floats as a constant; '' is an absent optional. */
  readonly inputs: readonly (
    | readonly number[]
    | Values
    | { readonly ints: readonly number[]; readonly dims?: readonly number[] }
    | { readonly floats: readonly number[] }
    | ''
  )[];
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  /** Numbers of the inputs to differentiate by; default all that are not constants. */
  readonly by?: readonly number[];
  readonly opset?: number;
  readonly outputs?: number;
  /** Bounds of the numbers that are drawn. */
  readonly range?: readonly [number, number];
  /** Step of the finite differences. */
  readonly step?: number;
  /** Batch and space sizes of the first input are symbols. */
  readonly symbolic?: boolean;
  /** Skips finite differences (at ties, where a step leaves the point). */
  readonly kinked?: boolean;
}

const isValues = (input: Case['inputs'][number]): input is Values => typeof input === 'object' && 'data' in input;

/** Builds the model of a case and draws its inputs. */
export function caseModel(given: Case, seed = 1): { model: Model; feeds: Record<string, Values>; of: string; wrt: string[] } {
  const b = new GraphBuilder({ opset: given.opset ?? 20 });
  const feeds: Record<string, Values> = {};
  const names = given.inputs.map((input, i) => {
    if (input === '') return '';
    if (!Array.isArray(input) && 'ints' in input) return b.i64(input.ints, input.dims);
    if (!Array.isArray(input) && 'floats' in input) return b.f32(input.floats);
    const values = isValues(input) ? input : spaced(input as readonly number[], seed + i, ...(given.range ?? []));
    feeds[`x${i}`] = values;
    const dims = given.symbolic && i === 0 ? values.dims.map((d, axis) => (axis === 1 ? d : `d${axis}`)) : values.dims;
    return b.input(`x${i}`, values.data instanceof BigInt64Array ? 'int64' : 'float32', dims);
  });
  const [y] = b.ops(given.op, names, given.outputs ?? 1, given.attributes ?? {}, '', given.outputs ? undefined : ['y']);
  b.output(y!, 'float32', null);
  const by =
    given.by ?? given.inputs.flatMap((_, i) => (feeds[`x${i}`] && !(feeds[`x${i}`]!.data instanceof BigInt64Array) ? [i] : []));
  return { model: b.model(), feeds, of: y!, wrt: by.map((i) => `x${i}`) };
}

/**
 * Holds a rule against central finite differences (forward mode) and forward against reverse mode: ⟨v, Ju⟩ = ⟨Jᵀv, u⟩,
 * in both forms of the graph.
 */
export async function checkCase(given: Case, seed = 1): Promise<void> {
  const { model, feeds, of, wrt } = caseModel(given, seed);
  const tangents = Object.fromEntries(wrt.map((name, i) => [`tangent:${name}`, noise(feeds[name]!.dims, seed + 100 + i)]));
  const difference = given.kinked ? null : await centralDifference(model, feeds, tangents, of, given.step ?? 4e-3);
  for (const form of ['cpu', 'portable'] as const) {
    const forward = (await run(jvp(model, { of, wrt, form }), { ...feeds, ...tangents }))[`tangent:${of}`]!;
    if (difference)
      expect(relativeError(forward.data as Float32Array, difference), `${form} JVP against differences`).toBeLessThan(5e-3);
    await checkDuality(model, feeds, tangents, of, wrt, forward, form, seed);
  }
}

async function checkDuality(
  model: Model,
  feeds: Record<string, Values>,
  tangents: Record<string, Values>,
  of: string,
  wrt: readonly string[],
  forward: Values,
  form: Form,
  seed: number,
): Promise<void> {
  const cotangent = noise(forward.dims, seed + 200);
  const back = await run(vjp(model, { of, wrt, form }), { ...feeds, [`cotangent:${of}`]: cotangent });
  let right = 0;
  let scale = 1e-6;
  for (const name of wrt) {
    const gradient = back[`grad:${name}`]!;
    expect([...gradient.dims], `shape of grad:${name}`).toEqual([...feeds[name]!.dims]);
    right += inner(gradient.data, tangents[`tangent:${name}`]!.data);
    scale += Math.sqrt(
      inner(gradient.data, gradient.data) * inner(tangents[`tangent:${name}`]!.data, tangents[`tangent:${name}`]!.data),
    );
  }
  const left = inner(cotangent.data, forward.data);
  expect(Math.abs(left - right) / scale, `${form} duality: ${left} and ${right}`).toBeLessThan(1e-5);
}

/** (f(x + h u) − f(x − h u)) / 2h, each step's actual length measured in float32. */
export async function centralDifference(
  model: Model,
  feeds: Record<string, Values>,
  tangents: Record<string, Values>,
  of: string,
  step: number,
): Promise<Float64Array> {
  const session = await openSession(model);
  const at = async (h: number): Promise<Values> => {
    const moved = { ...feeds };
    for (const [key, { data }] of Object.entries(tangents)) {
      const name = key.slice('tangent:'.length);
      const x = feeds[name]!;
      moved[name] = { dims: x.dims, data: Float32Array.from(x.data as Float32Array, (v, i) => v + h * Number(data[i])) };
    }
    return (await runSession(session, moved))[of]!;
  };
  const [plus, minus] = [await at(step), await at(-step)];
  await session.release();
  return Float64Array.from(plus.data as Float32Array, (v, i) => (v - (minus.data as Float32Array)[i]!) / (2 * step));
}
