/** When to stop before the last step: once no image's mean score over a window of steps gained this share on the window before. */
export interface EarlyStop {
  /** Default 64. */
  readonly windowSteps?: number;
  /** Default 0.01. */
  readonly minGain?: number;
}

/** Watches the scores of a batch; true once the batch has reached its plateau. It depends on the scores only. */
export function watchPlateau(batch: number, { windowSteps = 64, minGain = 0.01 }: EarlyStop): (scores: Float32Array) => boolean {
  let before: Float64Array | null = null;
  let sums = new Float64Array(batch);
  let count = 0;
  return (scores) => {
    for (let i = 0; i < batch; i++) sums[i]! += scores[i]!;
    if (++count < windowSteps) return false;
    const last = before;
    const now = sums;
    before = now;
    sums = new Float64Array(batch);
    count = 0;
    return last !== null && now.every((sum, i) => sum - last[i]! < minGain * Math.abs(last[i]!));
  };
}
