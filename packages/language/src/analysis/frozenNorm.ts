import { createRandom } from '@incognita/runtime';
import type { LanguageModel } from '../model/languageModel.js';
import { between } from './between.js';

/** The final normalization with its deviation held fast: an affine map, so that what goes in can be split into a sum. */
export interface FrozenNorm {
  /** γ ⊙ (w − mean(w)) / σ, without the mean where the model does not take it off. */
  readonly linear: (w: ArrayLike<number>) => Float32Array;
  /** β */
  readonly bias: Float32Array;
}

const LARGE = 1000;

/**
 * Measures the final normalization as it acts on x. γ, β and whether the mean is taken off are read from its answers to ±1 patterns large enough
 * for ε not to matter; σ (with ε) from its answer to x itself.
 *
 * @throws Error where the normalization is not of the form γ ⊙ (x − mean) / σ + β.
 */
export async function frozenNorm(model: LanguageModel, x: Float32Array): Promise<FrozenNorm> {
  const d = x.length;
  const random = createRandom(1);
  const signs = Float32Array.from({ length: d }, (_, i) => (i % 2 === 0 ? 1 : -1));
  for (let i = d - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [signs[i], signs[j]] = [signs[j]!, signs[i]!];
  }
  const probes = [signs.map((s) => LARGE * s), signs.map((s) => -LARGE * s), signs.map((s) => LARGE * (s + 3)), x];
  const data = new Float32Array(4 * d);
  for (const [i, probe] of probes.entries()) data.set(probe, i * d);
  const last = `resid_post.${model.anatomy.layers - 1}`;
  const answers = await between(model, last, 'final_norm', [0, 0, 0, 0], { axes: ['position', 'dim'], dims: [4, d], data });
  const row = (i: number): Float32Array => answers.data.subarray(i * d, (i + 1) * d);
  const bias = row(0).map((value, i) => (value + row(1)[i]!) / 2);
  const gain = row(0).map((value, i) => (value - bias[i]!) / signs[i]!);
  const centred = row(2).every((value, i) => Math.abs(value - row(0)[i]!) <= 1e-2 * (Math.abs(row(0)[i]!) + 1e-3));
  const shape = (w: ArrayLike<number>): Float32Array => {
    const mean = centred ? Array.from(w).reduce((a, b) => a + b, 0) / d : 0;
    return Float32Array.from(w, (value, i) => gain[i]! * (value - mean));
  };
  const shaped = shape(x);
  let [top, bottom] = [0, 0];
  for (let i = 0; i < d; i++) {
    top += (row(3)[i]! - bias[i]!) * shaped[i]!;
    bottom += shaped[i]! ** 2;
  }
  const inverse = bottom === 0 ? 0 : top / bottom;
  const error = Math.max(...row(3).map((value, i) => Math.abs(value - bias[i]! - inverse * shaped[i]!)));
  const size = Math.max(...row(3).map(Math.abs));
  if (!(error <= 1e-2 * size))
    throw new Error(`The final normalization is none that can be held fast: its answer differs by ${error} of ${size}.`);
  return { linear: (w) => shape(w).map((value) => value * inverse), bias };
}
