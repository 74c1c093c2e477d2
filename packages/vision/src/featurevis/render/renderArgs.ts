import type { TransformPreset, TransformPresetName } from '../transform/schedule.js';
import type { EarlyStop } from './plateau.js';
import type { Renderer } from './prepareRenderer.js';

/** What to optimise: up to `renderer.batch` pictures, each with its own target. The result depends on nothing else. */
export interface RenderArgs {
  readonly renderer: Renderer;
  /**
   * The first target of each picture, [n, channels], or all targets of the objective in order, each [n, size]. Default: those of the
   * expression, the same for all pictures.
   */
  readonly targets?: Float32Array | readonly Float32Array[];
  /** Seed of each picture's noise and transforms. */
  readonly seeds: readonly number[];
  /** Default 512, as published. At 256 pictures have their shape, from a parent's picture at 64; more adds contrast. */
  readonly steps?: number;
  /** Default 0.05; for MACO 1, as published. */
  readonly learningRate?: number;
  /** Default Adam; for MACO NAdam, as published. */
  readonly optimizer?: 'adam' | 'nadam';
  /** Default `standard`. */
  readonly transforms?: TransformPresetName | TransformPreset;
  /** Pictures to start from, RGB [height, width, 3] in the renderer's size; null starts from noise. */
  readonly startPictures?: readonly (Uint8Array | null)[];
  /**
   * How much of a starting picture's contrast stays, 0 … 1; the rest is noise. Below 1 the picture is a hint that can be left again, and
   * contrast does not pile up over generations. Default 1.
   */
  readonly startStrength?: number;
  /**
   * Where the objective has a drift: how strong its gradient is, as a share of the score's. Weighed anew every 10 steps. Default 1, as in
   * chrishamblin7/faccent.
   */
  readonly keep?: number;
  /** Default: all steps are done. */
  readonly earlyStop?: EarlyStop;
  /** How many fixed random transforms the finished pictures are scored on; default 8. */
  readonly scoreTransforms?: number;
  /** Whether to add up how much every pixel mattered (MACO's transparency mask). Default false. */
  readonly importance?: boolean;
  /** Whether the pictures as they are now are sent with each progress. Default false. */
  readonly previews?: boolean;
}

/** The finished pictures. */
export interface RenderResult {
  /** RGB [n, height, width, 3]; of planes that are no colours the first three, or the first as grey. */
  readonly pictures: Uint8Array;
  /** All planes [n, height, width, planes], where they are neither colours nor grey. */
  readonly planes: Uint8Array | null;
  /**
   * The objective, and h·v and the true cosine of its first unit, of each finished 8-bit picture, averaged over the same fixed transforms
   * for all. Without a unit dots are the objective and cosines no number.
   */
  readonly scores: Float32Array;
  readonly dots: Float32Array;
  readonly cosines: Float32Array;
  /** Σ over steps of |∂ objective / ∂ pixel|, [n, height, width]; null unless asked for. */
  readonly importance: Float32Array | null;
  /** Steps that were done. */
  readonly steps: number;
  /** In how many steps each picture took the rescue's gradient because the network's own was zero. */
  readonly rescuedSteps: Int32Array;
}

/** Sent while a batch is rendered, once every 16 steps. */
export interface RenderProgress {
  readonly step: number;
  readonly steps: number;
  /** The objective of each picture in this step, under its random transform. */
  readonly scores: readonly number[];
  /** RGB [n, height, width, 3] where `previews` asks for them. */
  readonly pictures?: Uint8Array;
}

/** Every target of the objective for the pictures of this call, [n, size] each. */
export function targetsOf({ renderer, targets, seeds }: RenderArgs): readonly Float32Array[] {
  const given = targets === undefined ? [] : targets instanceof Float32Array ? [targets] : targets;
  return renderer.targets.map(({ size, values }, i) => {
    const own = given[i];
    if (own !== undefined) return own;
    if (values === null) throw new RangeError(`Target ${i} of the objective is not given: ${size} numbers a picture are needed.`);
    const repeated = new Float32Array(seeds.length * size);
    for (let k = 0; k < seeds.length; k++) repeated.set(values, k * size);
    return repeated;
  });
}

/** @throws RangeError naming the first argument whose size does not fit. */
export function checkRenderArgs(args: RenderArgs): void {
  const { renderer, seeds, startPictures, startStrength = 1 } = args;
  const { batch, widthPx, heightPx } = renderer;
  const count = seeds.length;
  if (count < 1 || count > batch) throw new RangeError(`1 … ${batch} pictures can be rendered in a batch, not ${count}.`);
  for (const [k, targets] of targetsOf(args).entries()) {
    const { size } = renderer.targets[k]!;
    if (targets.length !== count * size)
      throw new RangeError(`${count} targets of ${size} channels are ${count * size} values, but ${targets.length} were given.`);
    for (let i = 0; i < count; i++) {
      const target = targets.subarray(i * size, (i + 1) * size);
      if (target.every((value) => value === 0) || !target.every(Number.isFinite))
        throw new RangeError(`Target ${i} is zero or not finite: there is no direction to look for.`);
    }
  }
  if (!(startStrength >= 0 && startStrength <= 1))
    throw new RangeError(`The start strength must be between 0 and 1, not ${startStrength}.`);
  if (startPictures && startPictures.length !== count)
    throw new RangeError(`There are ${startPictures.length} start pictures for ${count} targets.`);
  for (const [i, picture] of (startPictures ?? []).entries())
    if (picture && picture.length !== widthPx * heightPx * 3)
      throw new RangeError(`Start picture ${i} holds ${picture.length} bytes; ${widthPx}×${heightPx}×3 are needed.`);
  if (renderer.references && !seeds.every((_, i) => startPictures?.[i]))
    throw new RangeError('An objective with a drift needs a start picture for every picture.');
}
