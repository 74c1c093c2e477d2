import { createRandom, type Random } from '@incognita/runtime';

/**
 * One seed from many keys, so that every picture, layer and purpose has its own stream: FNV-1a over the keys' text, 53 bits of
 * it, each half finished as in murmur3 (A. Appleby).
 *
 * @example createRandom(seedOf(seed, 'positions', 'fire8', 17))
 */
export function seedOf(...keys: readonly (number | string)[]): number {
  const text = keys.map((key) => `${typeof key}:${key}`).join('|');
  const half = (start: number): number => {
    let h = start;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) >>> 0;
  };
  return (half(0x811c9dc5) >>> 11) * 2 ** 32 + half(0x01000193);
}

/** A stream of its own for these keys. */
export function randomFor(...keys: readonly (number | string)[]): Random {
  return createRandom(seedOf(...keys));
}

/** `count` different integers of 0…n − 1 in ascending order, uniformly at random (Floyd's algorithm, CACM 30(9) 1987). */
export function sampleWithoutReplacement(random: Random, n: number, count: number): Int32Array {
  const chosen = new Set<number>();
  for (let j = n - Math.min(count, n); j < n; j++) {
    const t = random.integer(j + 1);
    chosen.add(chosen.has(t) ? j : t);
  }
  return Int32Array.from(chosen).sort();
}
