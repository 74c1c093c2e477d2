/** How strongly each cell answers to the chosen class or label. */
export interface FilterResult {
  /** Aligned with the grid's cells, 0…1. */
  readonly strength: Float32Array;
  /** Rows of matching cells, strongest first. */
  readonly matches: number[];
  /** The value that strength 1 stands for. */
  readonly maximum: number;
}

/** A cell matches a class when it reaches this share of the class's own maximum. */
export const MATCH_SHARE = 0.25;

/**
 * Attribution of one class over the cells, normalised by that class's largest |value| over the cells of the shown grid.
 * `attribution` is [cells, classes] row-major.
 */
export function classFilter(
  attribution: Float32Array,
  { classes, column, sign }: { classes: number; column: number; sign: 'positive' | 'negative' },
): FilterResult {
  const rows = attribution.length / classes;
  const values = Float32Array.from({ length: rows }, (_, r) => attribution[r * classes + column]!);
  const maximum = values.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
  const direction = sign === 'positive' ? 1 : -1;
  const strength = values.map((v) => (maximum === 0 ? 0 : Math.max(0, direction * v) / maximum));
  return { strength, matches: strongestFirst(strength, (s) => s >= MATCH_SHARE), maximum };
}

/** Number of members with the chosen picture label, normalised by the largest number. */
export function labelFilter(counts: ArrayLike<number>): FilterResult {
  const maximum = Array.from(counts).reduce((max, v) => Math.max(max, v), 0);
  const strength = Float32Array.from({ length: counts.length }, (_, r) => (maximum === 0 ? 0 : counts[r]! / maximum));
  return { strength, matches: strongestFirst(strength, (s) => s > 0), maximum };
}

/**
 * How visible a tile stays: cells that do not answer at all fade almost, never wholly. The square root spreads the weaker ones,
 * as the eye judges brightness.
 */
export function tileOpacity(strength: number): number {
  return 0.1 + 0.9 * Math.sqrt(strength);
}

/** Tiles that do not match also shrink, so that a match is told by shape as well as by brightness. */
export const UNMATCHED_SIDE = 0.5;

function strongestFirst(strength: Float32Array, isMatch: (s: number) => boolean): number[] {
  return [...strength.keys()].filter((r) => isMatch(strength[r]!)).sort((a, b) => strength[b]! - strength[a]! || a - b);
}
