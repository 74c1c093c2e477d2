import type { LanguageModel } from '../model/languageModel.js';
import type { TextInput } from '../model/options.js';
import type { PointClamp } from '../points/clamp.js';
import { crossEntropy } from './rows.js';

/** What it costs to lose each head. */
export interface HeadAblation {
  /** Mean of −log p(next token) over the texts, in nats. */
  readonly loss: number;
  /** By layer and head: how much the loss rises. Negative: the head harms. */
  readonly rise: readonly (readonly number[])[];
}

/**
 * Ablates every head in turn: its z is set to zero, or to its mean over the positions of the texts, and the loss on the texts is measured.
 *
 * Source: Michel et al., Are Sixteen Heads Really Better than One? (2019); mean ablation as in Wang et al., Interpretability in the Wild (2022).
 *
 * @throws RefusedPointError where z is hidden.
 */
export async function headAblation(
  model: LanguageModel,
  texts: readonly TextInput[],
  { kind = 'zero' as 'zero' | 'mean' } = {},
): Promise<HeadAblation> {
  const all = texts.map((text) => model.ids(text));
  const lossWith = async (clamps: readonly PointClamp[]): Promise<number> => {
    let [sum, count] = [0, 0];
    for (const ids of all) {
      const { logits } = await model.run(ids, { clamps });
      sum += crossEntropy(logits!, ids) * (ids.length - 1);
      count += ids.length - 1;
    }
    return sum / count;
  };
  const loss = await lossWith([]);
  const rise: number[][] = [];
  for (const [layer, heads] of model.anatomy.heads.entries()) {
    const point = model.point(`z.${layer}`).name;
    const row: number[] = [];
    for (let head = 0; head < (heads ?? 0); head++) {
      const clamp: PointClamp = kind === 'zero' ? { point, kind, heads: [head] } : { point, kind, over: all, heads: [head] };
      row.push((await lossWith([clamp])) - loss);
    }
    rise.push(row);
  }
  return { loss, rise };
}
