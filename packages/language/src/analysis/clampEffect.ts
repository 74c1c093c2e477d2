import { largest, logSumExp } from '../generation/sample.js';
import type { LanguageModel } from '../model/languageModel.js';
import type { TextInput } from '../model/options.js';
import type { PointClamp } from '../points/clamp.js';
import { crossEntropy, rowOf } from './rows.js';

/** What clamps change of what the model says, on one text. */
export interface ClampEffect {
  readonly ids: readonly number[];
  /** By position: Σ p log(p / p′) in nats, p without and p′ with the clamps. */
  readonly divergence: readonly number[];
  /** By how much the loss on the text rises, in nats a token. */
  readonly lossRise: number;
  /** By position: tokens whose probability changes most, by the difference. */
  readonly moved: readonly (readonly { readonly id: number; readonly before: number; readonly after: number }[])[];
}

/** Runs a text without and with clamps, and compares the distributions of the next token at every position. */
export async function clampEffect(
  model: LanguageModel,
  text: TextInput,
  clamps: readonly PointClamp[],
  { top = 5 } = {},
): Promise<ClampEffect> {
  const [plain, clamped] = [await model.run(text), await model.run(text, { clamps })];
  const { ids } = plain;
  const probabilities = (row: Float32Array): Float64Array => {
    const total = logSumExp(row);
    return Float64Array.from(row, (v) => Math.exp(v - total));
  };
  const pairs = ids.map((_, p) => [probabilities(rowOf(plain.logits!, p)), probabilities(rowOf(clamped.logits!, p))] as const);
  return {
    ids,
    divergence: pairs.map(([p, q]) => p.reduce((sum, v, i) => (v === 0 ? sum : sum + v * Math.log(v / q[i]!)), 0)),
    lossRise: ids.length < 2 ? 0 : crossEntropy(clamped.logits!, ids) - crossEntropy(plain.logits!, ids),
    moved: pairs.map(([p, q]) =>
      largest(
        p.map((v, i) => Math.abs(v - q[i]!)),
        top,
      ).map((id) => ({ id, before: p[id]!, after: q[id]! })),
    ),
  };
}
