import type { TransformPreset, TransformPresetName } from '../transform/schedule.js';
import type { EarlyStop } from './plateau.js';
import type { Renderer } from './prepareRenderer.js';

/** What to optimise: up to `renderer.batch` pictures, each with its own target. The result depends on nothing else. */
export interface RenderArgs {
  readonly renderer: Renderer;
  /** [n, channels]. */
  readonly targets: Float32Array;
  /** Seed of each picture's noise and transforms. */
  readonly seeds: readonly number[];
  /** Default 512, as published. At 256 pictures have their shape, from a parent's picture at 64; more adds contrast. */
  readonly steps?: number;
  /** Default 0.05. */
  readonly learningRate?: number;
  /** Default `standard`. */
  readonly transforms?: TransformPresetName | TransformPreset;
  /** Pictures to start from, RGB [height, width, 3] in the renderer's size; null starts from noise. */
  readonly startPictures?: readonly (Uint8Array | null)[];
  /**
   * How much of a starting picture's contrast stays, 0 … 1; the rest is noise. Below 1 the picture is a hint that can be left again, and
   * contrast does not pile up over generations. Default 1.
   */
  readonly startStrength?: number;
  /** Default: all steps are done. */
  readonly earlyStop?: EarlyStop;
  /** How many fixed random transforms the finished pictures are scored on; default 8. */
  readonly scoreTransforms?: number;
}

/** The finished pictures. */
export interface RenderResult {
  /** [n, height, width, 3]. */
  readonly pictures: Uint8Array;
  /** The objective, h·v and the true cosine of each finished 8-bit picture, averaged over the same fixed transforms for all. */
  readonly scores: Float32Array;
  readonly dots: Float32Array;
  readonly cosines: Float32Array;
  /** Steps that were done. */
  readonly steps: number;
  /** In how many steps each picture took the rescue's gradient because the network's own was zero. */
  readonly rescuedSteps: Int32Array;
}

/** Sent while a batch is rendered, once every 16 steps. */
export interface RenderProgress {
  readonly step: number;
  readonly steps: number;
}

/** @throws RangeError naming the first argument whose size does not fit. */
export function checkRenderArgs({ renderer, targets, seeds, startPictures, startStrength = 1 }: RenderArgs): void {
  const { batch, channels, widthPx, heightPx } = renderer;
  const count = seeds.length;
  if (count < 1 || count > batch) throw new RangeError(`1 … ${batch} pictures can be rendered in a batch, not ${count}.`);
  if (targets.length !== count * channels)
    throw new RangeError(
      `${count} targets of ${channels} channels are ${count * channels} values, but ${targets.length} were given.`,
    );
  for (let i = 0; i < count; i++) {
    const target = targets.subarray(i * channels, (i + 1) * channels);
    if (target.every((value) => value === 0) || !target.every(Number.isFinite))
      throw new RangeError(`Target ${i} is zero or not finite: there is no direction to look for.`);
  }
  if (!(startStrength >= 0 && startStrength <= 1))
    throw new RangeError(`The start strength must be between 0 and 1, not ${startStrength}.`);
  if (startPictures && startPictures.length !== count)
    throw new RangeError(`There are ${startPictures.length} start pictures for ${count} targets.`);
  for (const [i, picture] of (startPictures ?? []).entries())
    if (picture && picture.length !== widthPx * heightPx * 3)
      throw new RangeError(`Start picture ${i} holds ${picture.length} bytes; ${widthPx}×${heightPx}×3 are needed.`);
}
