import { expect } from 'vitest';
import { type AttributeInput, GraphBuilder } from '../build/builder.js';
import { decompose } from '../edit/decompose/decompose.js';
import { constantTensor } from '../tensor/constants.js';
import type { DataType, Model } from '../types.js';
import { type Feed, runReference } from './session.node.js';

/** An input of a fused operator: its shape (then its numbers are a fixed pattern) or its numbers; `constant`: an initializer. */
export interface FusedInput {
  readonly dims: readonly number[];
  readonly dtype?: DataType;
  readonly data?: ArrayLike<number>;
  readonly constant?: boolean;
}

/** One node of a fused operator; null is an absent input. */
export interface FusedCase {
  readonly op: string;
  readonly inputs: readonly (FusedInput | readonly number[] | null)[];
  readonly attributes?: Readonly<Record<string, AttributeInput | undefined>>;
  /** Which outputs are given out; default the first. */
  readonly outputs?: readonly number[];
  /** Default com.microsoft. */
  readonly domain?: string;
  readonly opset?: number;
  /** Element types of the outputs by number, where they are not float32. */
  readonly types?: Readonly<Record<number, DataType>>;
}

/** A model of one node of the fused operator, and what to feed. */
export function fusedModel(given: FusedCase): { model: Model; feeds: Record<string, Feed> } {
  const b = new GraphBuilder({ opset: given.opset ?? 21 });
  const feeds: Record<string, Feed> = {};
  const inputs = given.inputs.map((entry, i) => {
    if (entry === null) return '';
    const { dims, dtype = 'float32', data, constant = false }: FusedInput = 'dims' in entry ? entry : { dims: entry };
    const size = dims.reduce((p, q) => p * q, 1);
    const numbers = data ?? Float32Array.from({ length: size }, (_, j) => wave(j, i));
    if (constant) return b.initializer(constantTensor(dtype, numbers, dims), `x${i}`);
    feeds[`x${i}`] = { dims, data: numbers };
    return b.input(`x${i}`, dtype, dims);
  });
  const wanted = given.outputs ?? [0];
  const names = Array.from({ length: Math.max(...wanted) + 1 }, (_, i) => (wanted.includes(i) ? `y${i}` : ''));
  b.ops(given.op, inputs, names.length, given.attributes ?? {}, given.domain ?? 'com.microsoft', names);
  for (const i of wanted) b.output(`y${i}`, given.types?.[i] ?? 'float32', null);
  return { model: b.model(), feeds };
}

/** Numbers between −1 and 1 that do not repeat within a test. */
function wave(j: number, i: number): number {
  const x = Math.sin((j + 1) * 12.9898 + (i + 1) * 78.233) * 43758.5453;
  return 2 * (x - Math.floor(x)) - 1;
}

/** Holds a decomposition against ONNX Runtime's own kernel: max |difference| / max |result| of every output. */
export async function checkFused(given: FusedCase, tolerance = 1e-5): Promise<Model> {
  const { model, feeds } = fusedModel(given);
  const plain = decompose(model);
  const left = plain.graph.nodes.filter(({ domain, op }) => domain !== '' || (given.domain === '' && op === given.op));
  expect(left.map((node) => node.op)).toEqual([]);
  const [expected, actual] = [await runReference(model, feeds), await runReference(plain, feeds)];
  for (const name of Object.keys(expected)) {
    const [want, got] = [expected[name]!, actual[name]!];
    expect([...got.dims], `shape of ${name}`).toEqual([...want.dims]);
    expect(got.type, `type of ${name}`).toBe(want.type);
    let difference = 0;
    let size = 1e-6;
    for (let i = 0; i < want.data.length; i++) {
      const [a, b] = [Number(got.data[i]), Number(want.data[i])];
      difference = Math.max(difference, Number.isNaN(a - b) ? Number.POSITIVE_INFINITY : Math.abs(a - b));
      size = Math.max(size, Math.abs(b));
    }
    expect(difference / size, `${name} of ${given.op}`).toBeLessThan(tolerance);
  }
  return plain;
}
