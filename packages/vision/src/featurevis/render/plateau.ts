/** When to stop before the last step: once no image's mean over a window of steps gained this share on the window before. */
export interface EarlyStop {
  /**
   * `cosine` (default): the angle to the target, which settles. `score`: the objective itself; where it holds a dot product it keeps growing with the
   * picture's contrast long after the picture has taken shape.
   */
  readonly measure?: 'cosine' | 'score';
  /** Default 32. */
  readonly windowSteps?: number;
  /** Default 0.02. */
  readonly minGain?: number;
}

/** Watches a measure of every image of a batch, step by step; true once all have reached their plateau. It depends on the values only. */
export function watchPlateau(batch: number, { windowSteps = 32, minGain = 0.02 }: EarlyStop): (values: Float32Array) => boolean {
  let before: Float64Array | null = null;
  let sums = new Float64Array(batch);
  let count = 0;
  return (values) => {
    for (let i = 0; i < batch; i++) sums[i]! += values[i]!;
    if (++count < windowSteps) return false;
    const last = before;
    const now = sums;
    before = now;
    sums = new Float64Array(batch);
    count = 0;
    return last !== null && now.every((sum, i) => sum - last[i]! < minGain * Math.abs(last[i]!));
  };
}
