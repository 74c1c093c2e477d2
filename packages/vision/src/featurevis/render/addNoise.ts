import type { Random } from '@incognita/runtime';

/**
 * Adds normal noise of deviation `size` and uniform noise of −size … size to what a network sees, in place: pictures that survive it hold no
 * fine-tuned pixels. Source: serre-lab/Horama `horama/common.py` (`optimization_step`).
 */
export function addNoise(values: Float32Array, size: number, random: Random): void {
  for (let i = 0; i < values.length; i++) values[i]! += size * (random.gaussian() + 2 * random.uniform() - 1);
}
