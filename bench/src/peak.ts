import { GraphBuilder, type Model } from '@incognita/onnx';
import { loadModelSource, sessionSource, type Tensor, WorkerPool } from '@incognita/runtime';
import { normals } from './noise.js';
import type { TimeArgs } from './time.task.js';

/** Operations a second of a 1024³ product of float32 matrices, on all workers together. */
export async function matrixProductRate(workers: number): Promise<number> {
  const side = 1024;
  const matrix = (seed: number): Tensor => ({ dtype: 'float32', dims: [side, side], data: normals(seed, side * side) });
  const source = sessionSource(await loadModelSource(productModel(side)));
  const pool = new WorkerPool({ workers });
  const args: TimeArgs = { sessions: [{ source, feeds: { a: matrix(1), b: matrix(2) } }], rounds: 15 };
  const task = { module: new URL('./time.task.js', import.meta.url).href, export: 'timeSessions' };
  const times = await Promise.all(Array.from({ length: workers }, () => pool.run<TimeArgs, number[]>(task, args)));
  await pool.dispose();
  return times.reduce((sum, [ms]) => sum + (2 * side ** 3 * 1000) / ms!, 0);
}

function productModel(side: number): Model {
  const b = new GraphBuilder();
  b.output(b.op('MatMul', [b.input('a', 'float32', [side, side]), b.input('b', 'float32', [side, side])]), 'float32', [
    side,
    side,
  ]);
  return b.model();
}
