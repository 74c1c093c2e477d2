import { GraphBuilder, type Model } from '@incognita/onnx';
import { tensor, type WorkerSession } from '@incognita/runtime';
import type { Features } from '../features.js';

/** All products of the rows of two matrices, as an ONNX model: `left` [n, k] and `right` [m, k] to `products` [n, m]. */
export function productModel(): Model {
  const b = new GraphBuilder({ opset: 20 });
  const left = b.input('left', 'float32', ['n', 'k']);
  const right = b.input('right', 'float32', ['m', 'k']);
  b.output(b.op('Gemm', [left, right], { transB: 1 }), 'float32', ['n', 'm'], 'products');
  return b.model();
}

/** Some rows of features with a constant 1 at the end of each, for the bias. */
export function rowsWithOne({ dims, data }: Features, from: number, to: number): Float32Array {
  const rows = new Float32Array((to - from) * (dims + 1)).fill(1);
  for (let row = from; row < to; row++) rows.set(data.subarray(row * dims, (row + 1) * dims), (row - from) * (dims + 1));
  return rows;
}

/** Products of the rows of two matrices whose rows are `length` numbers. */
export async function products(
  session: WorkerSession,
  left: Float32Array,
  right: Float32Array,
  length: number,
): Promise<Float32Array> {
  const feed = (data: Float32Array) => tensor('float32', [data.length / length, length], data);
  const result = await session.run({ left: feed(left), right: feed(right) });
  return result.products!.data as Float32Array;
}
