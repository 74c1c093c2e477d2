import type { Model } from '@incognita/onnx';
import { loadModelSource, sessionSource, type TaskRef, type WorkerPool } from '@incognita/runtime';
import { textWindows } from '../text/textWindows.js';
import type { ScoreTextArgs } from './scoreText.task.node.js';

const task: TaskRef = { module: new URL('../../dist/gpt/scoreText.task.node.js', import.meta.url).href, export: 'scoreText' };
const WINDOWS_PER_TASK = 64;

/** How well a network foresees a text. */
export interface TextEvaluation {
  /** Tokens that were predicted: all but the first. */
  readonly tokens: number;
  /** Mean of −log p(token), in nats a token. */
  readonly loss: number;
}

/**
 * Lets a decoder foresee every token of a text but the first, once: the text is cut into windows of `block` tokens, in which a token is foreseen from those
 * before it in its window. This is what random windows estimate, as nanoGPT's do, without their scatter. With `endOfText` windows begin where texts do.
 *
 * @param model from `input_ids` to `logits`, with or without keys and values of earlier tokens.
 * @example const { loss } = await evaluateText(exportTokenNetwork(network, values), data.validation, { pool, block: 64 });
 */
export async function evaluateText(
  model: Model,
  tokens: Uint16Array,
  options: { readonly pool: WorkerPool; readonly block: number; readonly endOfText?: number | null },
): Promise<TextEvaluation> {
  const { pool, block, endOfText = null } = options;
  const predicted = tokens.length - 1;
  if (predicted < 1) throw new RangeError(`A text of ${tokens.length} tokens has none that could be foreseen.`);
  const session = sessionSource(await loadModelSource(model));
  const past = model.graph.inputs
    .filter(({ name }) => name.startsWith('past_key_values.'))
    .map(({ name, type }) => ({ name, heads: Number(type!.shape![1]), size: Number(type!.shape![3]) }));
  const { starts, lengths } = textWindows(tokens, { block, endOfText });
  const order = Array.from(starts.keys()).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const parts = Array.from({ length: Math.ceil(order.length / WINDOWS_PER_TASK) }, (_, i) =>
    order.slice(i * WINDOWS_PER_TASK, (i + 1) * WINDOWS_PER_TASK),
  );
  try {
    const sums = await Promise.all(
      parts.map((part) => {
        const windows = { starts: part.map((w) => starts[w]!), lengths: part.map((w) => lengths[w]!) };
        return pool.run<ScoreTextArgs, number>(task, { session, tokens, past, windows });
      }),
    );
    return { tokens: predicted, loss: sums.reduce((a, b) => a + b, 0) / predicted };
  } finally {
    pool.drop(session.key);
  }
}
