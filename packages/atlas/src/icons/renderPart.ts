import { type RenderArgs, type Renderer, type RenderResult, renderBatchTask, type TransformPresetName } from '@incognita/vision';
import type { AtlasContext } from '../pipeline/options.js';
import { seedOf } from '../random.js';
import { taskRef } from '../tasks.js';
import type { NaturalArgs } from './natural.task.js';

/** Icons that are stored together. */
export interface PartOptions {
  readonly renderer: Renderer;
  /** Cell numbers. */
  readonly ids: readonly number[];
  /** [ids, channels] */
  readonly targets: Float32Array;
  /** Picture to start from, or null for noise. */
  readonly starts: readonly (Uint8Array | null)[];
  readonly startStrength: number;
  readonly steps: number;
  readonly tries: number;
  readonly transforms: TransformPresetName;
  /** Natural activations of the layer, [points, channels], in shared memory. */
  readonly activations: Float32Array;
  /** Seed of the atlas, the layer and the grid. */
  readonly seed: readonly (number | string)[];
  /** Told the share that is done, 0…1. */
  readonly onShare: (share: number) => void;
}

/** One finished icon. */
export interface Icon {
  readonly cell: number;
  /** RGB [size, size, 3]. */
  readonly pixels: Uint8Array;
  readonly cosine: number;
  readonly activation: number;
  readonly naturalPercentile: number;
  readonly steps: number;
}

/**
 * Optimises some icons in batches of the renderer's size, each the best of `tries` by its score on fixed transforms (Lucid picks by the last step's random
 * transform), and compares what they reach with natural activations.
 */
export async function renderPart(options: PartOptions, { pool, signal }: AtlasContext): Promise<Icon[]> {
  const { renderer, ids, targets, starts, startStrength, steps, tries, transforms, seed, onShare } = options;
  const { channels } = renderer;
  const size = renderer.widthPx * renderer.heightPx * 3;
  const best: Attempt[] = [];
  const batches = Math.ceil(ids.length / renderer.batch);
  for (let b = 0; b < batches; b++) {
    const from = b * renderer.batch;
    const some = ids.slice(from, from + renderer.batch);
    const own = targets.slice(from * channels, (from + some.length) * channels);
    const attempts: RenderResult[] = [];
    for (let t = 0; t < tries; t++) {
      const seeds = some.map((cell) => seedOf(...seed, 'icon', cell, t));
      const startPictures = starts.slice(from, from + some.length);
      const args: RenderArgs = { renderer, targets: own, seeds, steps, transforms, startPictures, startStrength };
      const onProgress = (value: unknown) => onShare((b + (t + (value as { step: number }).step / steps) / tries) / batches);
      attempts.push(await pool.run<RenderArgs, RenderResult>(renderBatchTask, args, { signal, onProgress }));
    }
    for (let i = 0; i < some.length; i++)
      best.push({ result: attempts.reduce((x, y) => (y.scores[i]! > x.scores[i]! ? y : x)), i });
  }
  const directions = Float32Array.from(targets);
  const reached = new Float32Array(ids.length);
  for (let i = 0; i < ids.length; i++) {
    let squares = 0;
    for (let c = i * channels; c < (i + 1) * channels; c++) squares += targets[c]! ** 2;
    const length = Math.sqrt(squares);
    for (let c = i * channels; c < (i + 1) * channels; c++) directions[c] = targets[c]! / length;
    const { result, i: place } = best[i]!;
    reached[i] = result.dots[place]! / length;
  }
  const args: NaturalArgs = { activations: options.activations, channels, directions, reached };
  const shares = await pool.run<NaturalArgs, Float32Array>(taskRef('icons/natural.task', 'naturalShares'), args, { signal });
  return ids.map((cell, n) => {
    const { result, i } = best[n]!;
    return {
      cell,
      pixels: result.pictures.slice(i * size, (i + 1) * size),
      cosine: result.cosines[i]!,
      activation: reached[n]!,
      naturalPercentile: shares[n]!,
      steps: result.steps,
    };
  });
}

/** The i-th icon of a rendered batch. */
interface Attempt {
  readonly result: RenderResult;
  readonly i: number;
}
