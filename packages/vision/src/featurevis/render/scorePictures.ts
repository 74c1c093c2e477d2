import { createRandom, type Tensor, type WorkerSession } from '@incognita/runtime';
import { createResampling, planResampling, resample } from '../transform/resample.js';
import { drawTransform, type TransformPreset } from '../transform/schedule.js';
import { COSINE, DOT, RGB, SCORE } from './objectiveGraph.js';
import { bytesToPictures } from './pictureBytes.js';
import type { RenderArgs, RenderResult } from './renderArgs.js';

/** Seed of the transforms that finished pictures are scored on. */
const SCORE_SEED = 0;

/** What {@link scorePictures} is given beside the render's own arguments. */
export interface ScoreArgs extends Omit<RenderArgs, 'targets'> {
  /** Targets of a full batch, by the names of the graph's inputs. */
  readonly targets: Readonly<Record<string, Tensor>>;
  /** [n, pixels, planes]. */
  readonly bytes: Uint8Array;
  /** Start pictures [batch, planes, pixels] where the objective looks at them. */
  readonly origin: Float32Array | null;
  readonly preset: TransformPreset;
}

/** Scores 8-bit pictures on the same transforms, so that they can be compared with each other and from run to run. */
export async function scorePictures(
  { renderer, seeds, scoreTransforms = 8, bytes, origin, preset, targets }: ScoreArgs,
  session: WorkerSession,
): Promise<Pick<RenderResult, 'scores' | 'dots' | 'cosines'>> {
  const { batch, widthPx, heightPx, window, planes, references, measures } = renderer;
  const count = seeds.length;
  const values = new Float32Array(batch * planes * widthPx * heightPx);
  bytesToPictures(bytes, planes, widthPx * heightPx, values);
  const random = createRandom(SCORE_SEED);
  const sizes = { picture: { widthPx, heightPx }, window };
  const transforms = Array.from({ length: scoreTransforms }, () => drawTransform(preset, random, sizes));
  const resampling = createResampling(window, { from: renderer, planes });
  const rows = references ? 2 * batch : batch;
  const seenSize = planes * window.widthPx * window.heightPx;
  const seen = new Float32Array(rows * seenSize);
  const sums = { scores: new Float32Array(count), dots: new Float32Array(count), cosines: new Float32Array(count) };
  for (const transform of transforms) {
    planResampling(resampling, transform);
    for (let i = 0; i < count; i++) {
      resample(resampling, values, seen, i, preset.padValue);
      if (origin) resample(resampling, origin, seen.subarray(batch * seenSize), i, preset.padValue);
    }
    const dims = [rows, planes, window.heightPx, window.widthPx];
    const result = await session.run({ [RGB]: { dtype: 'float32', dims, data: seen }, ...targets });
    const measured = (name: string, i: number): number => result[name]!.data[i] as number;
    for (let i = 0; i < count; i++) {
      sums.scores[i]! += measured(SCORE, i) / transforms.length;
      sums.dots[i]! += measured(measures ? DOT : SCORE, i) / transforms.length;
      sums.cosines[i]! += measures ? measured(COSINE, i) / transforms.length : Number.NaN;
    }
  }
  return sums;
}
