import type { Model } from '@incognita/onnx';
import { openModel, type Tensor, tensor } from '@incognita/runtime';
import type { TextTokenizer } from '../text/textTokenizer.js';
import { crossEntropies } from '../training/crossEntropy.js';
import { storyTokens } from './storyTokens.js';
import type { StoryWorld } from './storyWorld.js';

/** How near a language model is to the grammar that its stories are from. All in nats a token. */
export interface StoryEvaluation {
  readonly stories: number;
  readonly tokens: number;
  /** Mean of −log p(token) by the model. */
  readonly loss: number;
  /** Mean of −log p(token) by the grammar, on the same stories: no model can be expected to have less. */
  readonly surprise: number;
  /** Mean entropy of the grammar, which the surprise scatters around. */
  readonly entropy: number;
}

const BATCH = 16;

/**
 * Lets a decoder foresee whole stories from their beginnings, after the end of another text, and compares it with the truth.
 *
 * @param model from `input_ids` to `logits`, with or without keys and values of earlier tokens.
 * @example const { loss, surprise } = await evaluateStories(model, { world, tokenizer, from: 20_000, to: 20_200 });
 */
export async function evaluateStories(
  model: Model,
  options: { readonly world: StoryWorld; readonly tokenizer: TextTokenizer; readonly from: number; readonly to: number },
): Promise<StoryEvaluation> {
  const { world, tokenizer, from, to } = options;
  const { endOfText } = tokenizer;
  if (endOfText === null) throw new RangeError('Stories begin after the end of another text; the tokenizer has no token for it.');
  const sums = { tokens: 0, loss: 0, surprise: 0, entropy: 0 };
  const opened = await openModel(model);
  try {
    for (let first = from; first < to; first += BATCH) {
      const stories = Array.from({ length: Math.min(BATCH, to - first) }, (_, i) =>
        storyTokens(world.story(first + i), tokenizer),
      );
      const length = Math.max(...stories.map((tokens) => tokens.length));
      // What follows the end of a shorter story is not looked at.
      const rows = stories.map((tokens) => [endOfText, ...tokens.map(({ id }) => id)].concat(new Array(length).fill(endOfText)));
      const ids = BigInt64Array.from(
        rows.flatMap((row) => row.slice(0, length)),
        BigInt,
      );
      const { logits } = await opened.run({
        ...noPast(model, stories.length),
        input_ids: tensor('int64', [stories.length, length], ids),
      });
      const scores = logits!.data as Float32Array;
      const vocabulary = logits!.dims[2]!;
      for (const [n, tokens] of stories.entries()) {
        const own = scores.subarray(n * length * vocabulary, (n * length + tokens.length) * vocabulary);
        for (const loss of crossEntropies(
          own,
          Int32Array.from(tokens, ({ id }) => id),
        ))
          sums.loss += loss;
        sums.tokens += tokens.length;
        for (const { probability, entropy } of tokens) {
          sums.surprise -= Math.log(probability);
          sums.entropy += entropy;
        }
      }
    }
  } finally {
    await opened.dispose();
  }
  const each = (sum: number): number => sum / sums.tokens;
  return {
    stories: to - from,
    tokens: sums.tokens,
    loss: each(sums.loss),
    surprise: each(sums.surprise),
    entropy: each(sums.entropy),
  };
}

function noPast(model: Model, n: number): Record<string, Tensor> {
  const past = model.graph.inputs.filter(({ name }) => name.startsWith('past_key_values.'));
  return Object.fromEntries(
    past.map(({ name, type }) => [
      name,
      tensor('float32', [n, Number(type!.shape![1]), 0, Number(type!.shape![3])], new Float32Array()),
    ]),
  );
}
