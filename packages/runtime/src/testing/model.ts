import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { GraphBuilder, type Model, write } from '@incognita/onnx';

// Small models for the tests of this package, and their naive forward pass.

export const CHANNELS = 16;
export const CLASSES = 5;

/** Numbers without a pattern that would hide a transposed axis. */
export function wave(length: number, frequency: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(frequency * (i + 1)) * 0.5);
}

/** y = relu(x · A), logits = y · B, for x [n, 16]: A and B are large enough to stay in the file. */
export function twoLayers(): Model {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', ['n', CHANNELS]);
  const hidden = b.op('MatMul', [x, b.f32(wave(CHANNELS * CHANNELS, 1.3), [CHANNELS, CHANNELS])]);
  const y = b.op('Relu', [hidden], {}, { output: 'y' });
  const logits = b.op('MatMul', [y, b.f32(wave(CHANNELS * CLASSES, 2.1), [CHANNELS, CLASSES])], {}, { output: 'logits' });
  b.output(logits, 'float32', ['n', CLASSES]);
  return b.model();
}

/** The same, by loops. */
export function naiveTwoLayers(x: Float32Array, rows: number): { y: Float32Array; logits: Float32Array } {
  const y = product(x, wave(CHANNELS * CHANNELS, 1.3), [rows, CHANNELS, CHANNELS]).map((v) => Math.max(v, 0));
  return { y, logits: product(y, wave(CHANNELS * CLASSES, 2.1), [rows, CHANNELS, CLASSES]) };
}

/** The gradient of Σ cotangent · logits by x, by loops: ((cotangent · Bᵀ) where y > 0) · Aᵀ. */
export function naiveGradient(x: Float32Array, cotangent: Float32Array, rows: number): Float32Array {
  const { y } = naiveTwoLayers(x, rows);
  const back = product(cotangent, transpose(wave(CHANNELS * CLASSES, 2.1), CHANNELS, CLASSES), [rows, CLASSES, CHANNELS]);
  const gated = back.map((value, i) => (y[i]! > 0 ? value : 0));
  return product(gated, transpose(wave(CHANNELS * CHANNELS, 1.3), CHANNELS, CHANNELS), [rows, CHANNELS, CHANNELS]);
}

function transpose(a: Float32Array, rows: number, columns: number): Float32Array {
  return a.map((_, i) => a[(i % rows) * columns + Math.floor(i / rows)]!);
}

function product(a: Float32Array, b: Float32Array, [n, k, m]: readonly [number, number, number]): Float32Array {
  const c = new Float32Array(n * m);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += a[i * k + l]! * b[l * m + j]!;
      c[i * m + j] = sum;
    }
  return c;
}

/** A folder for one test file. */
export async function temporaryFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'incognita-runtime-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Writes a model into the folder and returns its path. */
export async function writeModel(folder: string, name: string, model: Model = twoLayers()): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, write(model));
  return file;
}

/** The largest difference. */
export function maxDifference(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(Number(a[i]) - Number(b[i])));
  return worst;
}

/** A task for the pool, from its source text. */
export function inlineTask(source: string): { module: string; export: string } {
  return { module: `data:text/javascript,${encodeURIComponent(`export ${source}`)}`, export: 'task' };
}

/** The folder of real models beside the repository, which may be absent. */
export const sharedFolder = process.env.INCOGNITA_SHARED ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));

/** The model with its large weights in a data file of this name, and that file's bytes. */
export function withExternalData(model: Model, location: string): { model: Model; data: Uint8Array } {
  const chunks: Uint8Array[] = [];
  let offset = 0;
  const initializers = new Map(
    [...model.graph.initializers].map(([name, tensor]) => {
      if (tensor.data.kind !== 'inline') return [name, tensor] as const;
      const { bytes } = tensor.data;
      const moved = { ...tensor, data: { kind: 'external', location, offset, length: bytes.length } as const };
      chunks.push(bytes);
      offset += bytes.length;
      return [name, moved] as const;
    }),
  );
  return { model: { ...model, graph: { ...model.graph, initializers } }, data: Buffer.concat(chunks) };
}
