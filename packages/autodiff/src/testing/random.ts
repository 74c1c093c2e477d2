/** Numbers and a shape. */
export interface Floats {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** Whole numbers and a shape. */
export interface BigInts {
  readonly data: BigInt64Array;
  readonly dims: readonly number[];
}

/** Uniform numbers in [0, 1) from a seed (mulberry32 by T. Ettinger). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A tensor of numbers in [low, high), all different and evenly spaced: no two meet when they are moved a little, and none
 * is at the middle of the range.
 */
export function spaced(dims: readonly number[], seed: number, low = -1.5, high = 1.5): Floats {
  const next = uniform(seed);
  const size = sizeOf(dims);
  const slots = size + (size % 2);
  const order = Array.from({ length: slots }, (_, i) => i);
  for (let i = slots - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return { data: Float32Array.from(order.slice(0, size), (rank) => low + ((high - low) * (rank + 0.5)) / slots), dims };
}

/** A tensor of numbers in [−1, 1). */
export function noise(dims: readonly number[], seed: number): Floats {
  const next = uniform(seed);
  return { data: Float32Array.from({ length: sizeOf(dims) }, () => 2 * next() - 1), dims };
}

/** Number of elements. */
export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((a, b) => a * b, 1);
}

/** Σ aᵢ bᵢ in double precision. */
export function inner(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Number(a[i]) * Number(b[i]);
  return sum;
}
