import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Model, read, write } from '@incognita/onnx';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common';
import { dtypeOf } from '../conformance/problem.js';
import type { Values } from './values.js';

export type { Values };

const ort = createRequire(import.meta.url)('onnxruntime-node') as {
  InferenceSession: { create(bytes: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession> };
  Tensor: new (type: string, data: unknown, dims: readonly number[]) => OrtTensor;
};

/** Runs a model once on one thread of ONNX Runtime. */
export async function run(model: Model, feeds: Readonly<Record<string, Values>>): Promise<Record<string, Values>> {
  const session = await ort.InferenceSession.create(write(model), { intraOpNumThreads: 1, logSeverityLevel: 3 });
  try {
    return await runSession(session, feeds);
  } finally {
    await session.release();
  }
}

/** A session that is run more than once; release it. */
export function openSession(model: Model): Promise<InferenceSession> {
  return ort.InferenceSession.create(write(model), { intraOpNumThreads: 1, logSeverityLevel: 3 });
}

export async function runSession(
  session: InferenceSession,
  feeds: Readonly<Record<string, Values>>,
): Promise<Record<string, Values>> {
  const tensors: Record<string, OrtTensor> = {};
  for (const [name, values] of Object.entries(feeds)) tensors[name] = new ort.Tensor(dtypeOf(values), values.data, values.dims);
  const results = await session.run(tensors);
  return Object.fromEntries(Object.entries(results).map(([name, t]) => [name, { data: t.data as Float32Array, dims: t.dims }]));
}

/** Where the real models are, or null. */
export function sharedFile(name: string): string | null {
  const base = process.env.INCOGNITA_SHARED ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));
  const path = `${base}/${name}`;
  return existsSync(path) ? path : null;
}

export function readModel(path: string): Model {
  const file = readFileSync(path);
  return read(new Uint8Array(file.buffer, file.byteOffset, file.byteLength));
}

/** The tensors of a safetensors file. */
export function readSafetensors(path: string): Record<string, Values> {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const result: Record<string, Values> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const [from, to] = entry.data_offsets;
    const copy = Uint8Array.from(bytes.subarray(8 + length + from, 8 + length + to));
    const data = entry.dtype === 'I64' ? new BigInt64Array(copy.buffer) : new Float32Array(copy.buffer);
    result[name] = { data, dims: entry.shape };
  }
  return result;
}

/** ‖a − b‖ / ‖b‖ */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`Lengths differ: ${a.length} and ${b.length}.`);
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return Math.sqrt(difference / (norm || 1));
}

/** A file of this package's fixtures. */
export function fixture(name: string): string | null {
  const path = fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
  return existsSync(path) ? path : null;
}
