/** A seeded stream of pseudo-random numbers: the same keys give the same stream on every machine. */
export interface Random {
  /** An integer in 0…2^32 − 1. */
  uint32(): number;
  /** A number in [0, 1) with 32 random bits. */
  uniform(): number;
  /** A standard normal number (Box and Muller 1958). */
  normal(): number;
}

/** Mixes any keys into four 32-bit words (FNV-1a over their text, then the murmur3 finalizer). */
function hashKeys(keys: readonly (number | string)[]): [number, number, number, number] {
  const text = keys.map((key) => `${typeof key}:${key}`).join('|');
  const words: [number, number, number, number] = [0, 0, 0, 0];
  for (let w = 0; w < 4; w++) {
    let h = Math.imul(0x811c9dc5 ^ w, 0x01000193);
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    words[w] = h ^ (h >>> 16);
  }
  return words;
}

/**
 * A stream that depends on all keys, so that every picture, layer and purpose has its own:
 * `createRandom(seed, 'positions', 'fire8', 17)`. The generator is sfc32 (C. Doty-Humphrey, PractRand).
 */
export function createRandom(...keys: readonly (number | string)[]): Random {
  let [a, b, c, counter] = hashKeys(keys);
  let spare: number | null = null;
  const uint32 = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) uint32();
  const uniform = (): number => uint32() / 4294967296;
  const normal = (): number => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log((uint32() + 1) / 4294967297));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return { uint32, uniform, normal };
}

/** `count` different integers of 0…n − 1 in ascending order, uniformly at random (Floyd's algorithm, CACM 30(9) 1987). */
export function sampleWithoutReplacement(random: Random, n: number, count: number): Int32Array {
  const chosen = new Set<number>();
  for (let j = n - Math.min(count, n); j < n; j++) {
    const t = Math.floor(random.uniform() * (j + 1));
    chosen.add(chosen.has(t) ? j : t);
  }
  return Int32Array.from(chosen).sort();
}
