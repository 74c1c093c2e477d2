import { PromptError } from '../model/errors.js';
import type { LanguageModel } from '../model/languageModel.js';
import type { TextInput } from '../model/options.js';
import type { PointClamp } from '../points/clamp.js';
import type { PointTensor } from '../points/pointTensor.js';
import { rowOf } from './rows.js';

/** What a patching experiment compares. */
export interface PatchingOptions {
  /** The text whose behaviour is to be restored. */
  readonly clean: TextInput;
  /** A text of the same number of tokens that behaves otherwise. */
  readonly corrupted: TextInput;
  /** The token that the clean text makes likely, and the one that the corrupted text does: the metric is the difference of their logits. */
  readonly answer: number;
  readonly wrong: number;
  /** Which points to patch, layer by layer. `z` is patched head by head, at all positions; others position by position. */
  readonly point: 'resid_pre' | 'resid_mid' | 'resid_post' | 'attn_out' | 'mlp_out' | 'q' | 'k' | 'v' | 'z';
}

/** A grid of layers by positions (or heads). */
export interface PatchingGrid {
  readonly columns: 'position' | 'head';
  /** logit(answer) − logit(wrong) at the last position. */
  readonly clean: number;
  readonly corrupted: number;
  /** By layer and column: (patched − corrupted) / (clean − corrupted). 1: the patch alone restores the clean behaviour, 0: nothing. */
  readonly recovered: readonly (readonly number[])[];
}

/**
 * Activation patching: the corrupted text is run with one point, at one position or head, set to what it was for the clean text.
 *
 * Source: Meng et al., Locating and Editing Factual Associations in GPT (2022), causal tracing; TransformerLens `patching.py`.
 *
 * @throws PromptError where the texts have different numbers of tokens.
 */
export async function activationPatching(model: LanguageModel, options: PatchingOptions): Promise<PatchingGrid> {
  const { answer, wrong, point } = options;
  const [clean, corrupted] = [model.ids(options.clean), model.ids(options.corrupted)];
  if (clean.length !== corrupted.length)
    throw new PromptError(
      `The clean text has ${clean.length} tokens, the corrupted one ${corrupted.length}: patching needs texts of equal length.`,
    );
  const names = Array.from({ length: model.anatomy.layers }, (_, layer) => `${point}.${layer}`);
  const difference = (logits: PointTensor): number => {
    const row = rowOf(logits, clean.length - 1);
    return row[answer]! - row[wrong]!;
  };
  const source = await model.run(clean, { taps: names });
  const [best, worst] = [difference(source.logits!), difference((await model.run(corrupted)).logits!)];
  const byHead = ['q', 'k', 'v', 'z'].includes(point);
  const recovered: number[][] = [];
  for (const name of names) {
    const value = source.points[name]!;
    const count = byHead ? value.dims[1]! : clean.length;
    const row: number[] = [];
    for (let i = 0; i < count; i++) {
      const clamp: PointClamp = { point: name, kind: 'set', value, ...(byHead ? { heads: [i] } : { positions: [i] }) };
      const { logits } = await model.run(corrupted, { clamps: [clamp] });
      row.push((difference(logits!) - worst) / (best - worst));
    }
    recovered.push(row);
  }
  return { columns: byHead ? 'head' : 'position', clean: best, corrupted: worst, recovered };
}
