import type { Tensor, WorkerSession } from '@incognita/runtime';
import { DRIFT, RGB, SCORE } from './objectiveGraph.js';

/** Steps between two weighings. */
const EVERY_STEPS = 10;

/** Runs the gradient of score − weight · drift. */
type Balanced = (
  step: number,
  feeds: Readonly<Record<string, Tensor>>,
  session: WorkerSession,
) => Promise<Record<string, Tensor>>;

/**
 * Weighs the drift so that its gradient is `keep` times as long as the score's, for each picture, every 10 steps. Source: Hamblin et al., "Feature
 * accentuation", arXiv 2402.10039; chrishamblin7/faccent (the regulariser's weight makes up for the gradients' ratio).
 */
export function driftBalance(batch: number, keep: number): Balanced {
  const weights = new Float32Array(batch);
  const ones = new Float32Array(batch).fill(1);
  const zeros = new Float32Array(batch);
  const dims = [batch];
  const cotangents = (score: Float32Array, drift: Float32Array): Record<string, Tensor> => ({
    [`cotangent:${SCORE}`]: { dtype: 'float32', dims, data: score },
    [`cotangent:${DRIFT}`]: { dtype: 'float32', dims, data: drift },
  });
  return async (step, feeds, session) => {
    if (step % EVERY_STEPS === 0 && step > 0) {
      const byScore = lengths(await session.run({ ...feeds, ...cotangents(ones, zeros) }), batch);
      const byDrift = lengths(await session.run({ ...feeds, ...cotangents(zeros, ones) }), batch);
      for (let i = 0; i < batch; i++) weights[i] = byDrift[i]! > 0 ? (keep * byScore[i]!) / byDrift[i]! : 0;
    }
    const drift = weights.map((weight) => -weight);
    return session.run({ ...feeds, ...cotangents(ones, drift) });
  };
}

function lengths(result: Record<string, Tensor>, batch: number): Float64Array {
  const gradient = result[`grad:${RGB}`]!.data as Float32Array;
  // The second half of the pictures are the starts.
  const size = gradient.length / (2 * batch);
  return Float64Array.from({ length: batch }, (_, i) => {
    let squares = 0;
    for (let k = i * size; k < (i + 1) * size; k++) squares += gradient[k]! * gradient[k]!;
    return Math.sqrt(squares);
  });
}
