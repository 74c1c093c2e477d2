import { type BigInts, type Floats, noise, sizeOf, spaced, uniform } from '../testing/random.js';

/** What {@link Draw.dims} draws: bounds of the rank and of each size. */
export interface DimsOptions {
  readonly rank?: number | readonly [number, number];
  readonly min?: number;
  readonly max?: number;
  /** Chance that one dimension is empty; default 0. */
  readonly empty?: number;
}

/** Draws shapes, attributes and numbers from a seed: the same seed gives the same problem on every machine. */
export class Draw {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = uniform(seed);
    for (let i = 0; i < 4; i++) this.#next();
  }

  /** A whole number, both ends included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.#next() * (max - min + 1));
  }

  /** A number in [min, max). */
  real(min: number, max: number): number {
    return min + this.#next() * (max - min);
  }

  /** True with the given chance. */
  chance(probability = 0.5): boolean {
    return this.#next() < probability;
  }

  pick<T>(options: readonly T[]): T {
    return options[this.integer(0, options.length - 1)]!;
  }

  /** So many of something. */
  times<T>(count: number, make: (i: number) => T): T[] {
    return Array.from({ length: count }, (_, i) => make(i));
  }

  /** A seed for what draws by itself. */
  seed(): number {
    return this.integer(0, 2 ** 31 - 1);
  }

  /** A shape; sizes of one are more frequent than others. Default: rank 1 to 4, sizes 1 to 4. */
  dims(options: DimsOptions = {}): number[] {
    const { rank = [1, 4], min = 1, max = 4, empty = 0 } = options;
    const length = typeof rank === 'number' ? rank : this.integer(rank[0], rank[1]);
    const dims = this.times(length, () => (min <= 1 && this.chance(0.15) ? 1 : this.integer(min, max)));
    if (length > 0 && this.chance(empty)) dims[this.integer(0, length - 1)] = 0;
    return dims;
  }

  /** Shapes that broadcast together: sizes become one and leading axes go, in each of them alone. */
  partners(count: number, options: DimsOptions = {}): number[][] {
    const full = this.dims(options);
    const shapes = this.times(count, () => {
      const ones = full.map((d) => (this.chance(0.3) ? 1 : d));
      return this.chance(0.3) ? ones.slice(this.integer(0, full.length)) : ones;
    });
    if (this.chance(0.7)) shapes[this.integer(0, count - 1)] = full;
    return shapes;
  }

  /** An axis of a tensor, counted from the end as often as from the start. */
  axis(rank: number): number {
    const axis = this.integer(0, rank - 1);
    return this.chance() ? axis - rank : axis;
  }

  /** Different axes in any order, some counted from the end. */
  axes(rank: number, count = this.integer(1, rank)): number[] {
    return this.order(rank)
      .slice(0, count)
      .map((axis) => (this.chance(0.4) ? axis - rank : axis));
  }

  /** The numbers 0 to count − 1 in a random order. */
  order(count: number): number[] {
    const order = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.integer(0, i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }

  /** Numbers that are all different, evenly spaced, and none of them zero if the range is symmetric: a small step meets no kink. */
  values(dims: readonly number[], low = -1.5, high = 1.5): Floats {
    return spaced(dims, this.seed(), low, high);
  }

  /** The same numbers, those that lie within 0.05 of one of the given ones moved away from it: differences meet no kink. */
  away(values: Floats, kinks: readonly number[]): Floats {
    const moved = values.data.map((v) => {
      const near = kinks.find((kink) => Math.abs(v - kink) < 0.05);
      return near === undefined ? v : near + (v < near ? -0.05 : 0.05);
    });
    return { ...values, data: moved };
  }

  /** Numbers of which many are equal, and many zero: for kinks. */
  ties(dims: readonly number[], levels: readonly number[] = [-1, 0, 1]): Floats {
    return { data: Float32Array.from({ length: sizeOf(dims) }, () => this.pick(levels)), dims };
  }

  /** Numbers in [−1, 1). */
  noise(dims: readonly number[]): Floats {
    return noise(dims, this.seed());
  }

  /** Places along an axis of the given size, some of them counted from the end, some named twice. */
  indices(dims: readonly number[], size: number): BigInts {
    const index = (): bigint => BigInt(this.integer(this.chance(0.3) ? -size : 0, size - 1));
    return { data: BigInt64Array.from({ length: sizeOf(dims) }, index), dims };
  }

  /** Truths. */
  truths(dims: readonly number[]): { readonly data: Uint8Array; readonly dims: readonly number[] } {
    return { data: Uint8Array.from({ length: sizeOf(dims) }, () => (this.chance() ? 1 : 0)), dims };
  }
}
