import type { Attribution } from './attributionGraphs.js';
import type { LrpChoice } from './lrpChoice.js';
import { type PixelAttribution, summed } from './pixels.js';

/** What {@link relevance} gives. */
export interface Relevance extends PixelAttribution {
  /**
   * |Σ values − score| / |score|: what biases (and ε, and attention's softmax) took. Below 10⁻³ in networks without biases under `epsilon` and
   * `gamma`.
   */
  readonly notConserved: number;
}

/**
 * Layer-wise relevance propagation: the unit's value is handed back, layer by layer, until it lies on the network's input. `values` are in the order of
 * the network's channels. Source: Bach et al., "On pixel-wise explanations …", PLOS ONE 2015; the rules are in docs/gradients.md.
 *
 * @param rules default: `epsilonPlus`, as for most pictures.
 */
export async function relevance(attribution: Attribution, picture: Float32Array, rules: LrpChoice = {}): Promise<Relevance> {
  const { scores, values } = await attribution.pullBack(picture, { wrt: attribution.input, rules: { name: 'lrp', ...rules } });
  const score = scores[0]!;
  const total = values.reduce((a, b) => a + b, 0);
  return {
    score,
    values,
    map: summed(values, attribution.planes),
    notConserved: Math.abs(total - score) / Math.max(Math.abs(score), Number.MIN_VALUE),
  };
}
