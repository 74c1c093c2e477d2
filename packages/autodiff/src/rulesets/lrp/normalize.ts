import { InstanceNormalization, LayerNormalization, type NormalizationRule } from '../../rules/normalization.js';
import type { BackwardRule } from '../ruleSet.js';

/**
 * A normalization with its standard deviation held fixed: (x − mean x) · scale / σ is then linear, and the bias takes its
 * part.
 *
 * Source: rachtibat/LRP-eXplains-Transformers `lxt/explicit/functional.py` (layer_norm), after AttnLRP, proposition 3.4.
 */
function withFixedDeviation({ standard }: NormalizationRule): BackwardRule {
  return ({ e, node, g, needs }) => {
    if (!needs(0)) return [];
    const s = standard(e, node);
    const scaled = e.op('Mul', [g, e.op('Mul', [s.scale, s.inverse])]);
    return [e.op('Sub', [scaled, s.mean(scaled)])];
  };
}

/** The rules of normalizations by the data's own statistics. */
export const normalizations: Readonly<Record<string, BackwardRule>> = {
  InstanceNormalization: withFixedDeviation(InstanceNormalization),
  LayerNormalization: withFixedDeviation(LayerNormalization),
};
