import type { TaskContext } from '@incognita/runtime';

export interface NaturalArgs {
  /** [points, channels] */
  readonly activations: Float32Array;
  readonly channels: number;
  /** Directions of length 1, [n, channels]. */
  readonly directions: Float32Array;
  /** What was reached along each. */
  readonly reached: Float32Array;
}

/** Worker task: for each direction, the share of natural activations whose projection lies below what was reached. */
export function naturalShares({ activations, channels, directions, reached }: NaturalArgs, context: TaskContext): Float32Array {
  const points = activations.length / channels;
  return reached.map((value, n) => {
    context.throwIfAborted();
    let below = 0;
    for (let i = 0; i < points; i++) {
      let dot = 0;
      for (let c = 0, a = i * channels, b = n * channels; c < channels; c++) dot += activations[a + c]! * directions[b + c]!;
      if (dot < value) below++;
    }
    return below / points;
  });
}
