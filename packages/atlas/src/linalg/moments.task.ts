import type { TaskContext } from '@incognita/runtime';
import { unitRows } from '../knn/distance.js';
import { gramGraph } from '../knn/scoreGraph.js';
import { openGraph } from '../openGraph.js';
import { type Moments, meanRow } from './secondMoment.js';

export interface MomentsArgs {
  /** [count, channels] */
  readonly data: Float32Array;
  readonly channels: number;
  /** Scale every row to length 1 first. */
  readonly unit: boolean;
}

/** Rows of one product: short enough that single precision loses nothing that matters, long enough to be fast. */
const BLOCK_ROWS = 2048;

/** Worker task: XᵀX/N and the mean row; products by ONNX Runtime in single precision, added up in double. */
export async function momentsOf({ data, channels, unit }: MomentsArgs, context: TaskContext): Promise<Moments> {
  const rows = unit ? unitRows(data, channels) : Float32Array.from(data);
  const count = rows.length / channels;
  const session = await openGraph(context, gramGraph(channels));
  const secondMoment = new Float64Array(channels * channels);
  for (let from = 0; from < count; from += BLOCK_ROWS) {
    context.throwIfAborted();
    const to = Math.min(count, from + BLOCK_ROWS);
    const block = rows.subarray(from * channels, to * channels);
    const { product } = await session.run({ rows: { dtype: 'float32', dims: [to - from, channels], data: block } });
    const values = product!.data as Float32Array;
    for (let i = 0; i < values.length; i++) secondMoment[i] = secondMoment[i]! + values[i]!;
  }
  for (let i = 0; i < channels; i++) {
    for (let j = 0; j <= i; j++) {
      const value = (secondMoment[i * channels + j]! + secondMoment[j * channels + i]!) / 2 / count;
      secondMoment[i * channels + j] = value;
      secondMoment[j * channels + i] = value;
    }
  }
  return { secondMoment, mean: meanRow(rows, count, channels), count };
}
