import { cropPicture, type Picture, type Rect } from '../picture/picture.js';
import { resizePicture } from '../preprocessing/resize.js';

/** The part of `seen` inside `rect` as a square tile; the patch is stretched to it when clipping left it oblong. */
export function patchTile(seen: Picture, rect: Rect, tilePx: number): Uint8Array {
  return resizePicture(cropPicture(seen, rect), tilePx, tilePx).data;
}

/** A position among a list of activations and how well it matches. */
export interface Exemplar {
  /** Row of the activation matrix. */
  readonly index: number;
  readonly score: number;
}

/** Options of {@link topExemplars}. */
export interface ExemplarOptions {
  readonly count: number;
  /** `dot`: v·h, prefers strong activations. `cosine` (default): v·h / (‖v‖‖h‖), prefers clean ones. */
  readonly measure?: 'dot' | 'cosine';
  /** Rows to choose from; default all. */
  readonly among?: ArrayLike<number>;
  /** At most one exemplar per group (as: per picture): group of each row. */
  readonly groups?: ArrayLike<number>;
}

/**
 * The rows of `activations` [n, channels] that match `direction` best, best first; ties go to the lower row.
 *
 * @throws RangeError when sizes do not fit.
 * @example topExemplars(activations, unitVector(channels, 17), { count: 9, groups: pictureOfRow })
 */
export function topExemplars(activations: Float32Array, direction: ArrayLike<number>, options: ExemplarOptions): Exemplar[] {
  const channels = direction.length;
  if (channels === 0 || activations.length % channels !== 0)
    throw new RangeError(`${activations.length} values do not make rows of ${channels} channels.`);
  const rows = options.among ?? Array.from({ length: activations.length / channels }, (_, i) => i);
  const scored = Array.from(rows, (index) => ({
    index,
    score: match(activations, index * channels, direction, options.measure ?? 'cosine'),
  }));
  scored.sort((a, b) => b.score - a.score || a.index - b.index);
  const { groups, count } = options;
  if (!groups) return scored.slice(0, count);
  const taken = new Set<number>();
  const best: Exemplar[] = [];
  for (const exemplar of scored) {
    if (best.length === count) break;
    const group = groups[exemplar.index]!;
    if (taken.has(group)) continue;
    taken.add(group);
    best.push(exemplar);
  }
  return best;
}

function match(activations: Float32Array, offset: number, direction: ArrayLike<number>, measure: 'dot' | 'cosine'): number {
  let dot = 0;
  let squares = 0;
  let norm = 0;
  for (let c = 0; c < direction.length; c++) {
    const h = activations[offset + c]!;
    const v = direction[c]!;
    dot += h * v;
    squares += h * h;
    norm += v * v;
  }
  if (measure === 'dot') return dot;
  return squares === 0 || norm === 0 ? 0 : dot / Math.sqrt(squares * norm);
}
