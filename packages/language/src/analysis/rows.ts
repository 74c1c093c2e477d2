import { logSumExp } from '../generation/sample.js';
import type { PointTensor } from '../points/pointTensor.js';

/** Row `position` of a point whose first axis is the position. */
export function rowOf({ dims, data }: PointTensor, position: number): Float32Array {
  const size = data.length / dims[0]!;
  return data.subarray(position * size, (position + 1) * size);
}

/** The mean over positions of −log p(next token), in nats. */
export function crossEntropy(logits: PointTensor, ids: readonly number[]): number {
  let sum = 0;
  for (let p = 0; p + 1 < ids.length; p++) {
    const row = rowOf(logits, p);
    sum += logSumExp(row) - row[ids[p + 1]!]!;
  }
  return sum / (ids.length - 1);
}
