import { createRandom } from '@incognita/runtime';

/** Standard normal numbers: the same for the same seed. */
export function normals(seed: number, count: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => random.gaussian());
}
