import { createRandom, type Random, type Tensor, tensor } from '@incognita/runtime';
import { type DropoutMask, type NormalNoise, sizeOf } from '../network/parameter.js';

/** What is drawn, and for which examples of which step. */
export interface RandomInputsOptions {
  readonly masks: readonly DropoutMask[];
  readonly noise: readonly NormalNoise[];
  readonly seed: number;
  readonly step: number;
  /** Place of the first example within the step's batch, and how many. */
  readonly first: number;
  readonly examples: number;
}

/** Dropout masks and noise by name: each example has its own streams, so that a batch can be cut anywhere. */
export function randomInputs({ masks, noise, seed, step, first, examples }: RandomInputsOptions): Record<string, Tensor> {
  const made: Record<string, Tensor> = {};
  const draw = (name: string, dims: readonly number[], stream: number, next: (random: Random) => number): void => {
    const each = sizeOf(dims);
    const data = new Float32Array(examples * each);
    for (let e = 0; e < examples; e++) {
      const random = createRandom(mixed(seed, step, first + e, stream));
      for (let j = e * each; j < (e + 1) * each; j++) data[j] = next(random);
    }
    made[name] = tensor('float32', [examples, ...dims], data);
  };
  for (const [i, { name, dims, rate }] of masks.entries())
    draw(name, dims, i, (random) => (random.uniform() < rate ? 0 : 1 / (1 - rate)));
  for (const [i, { name, dims }] of noise.entries()) draw(name, dims, masks.length + i, (random) => random.gaussian());
  return made;
}

/** One seed from several (FNV-1a over 32-bit words). */
function mixed(...keys: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const key of keys) hash = Math.imul(hash ^ (key & 0xffff), 0x01000193) ^ Math.imul(key >>> 16, 0x01000193);
  return hash >>> 0;
}
