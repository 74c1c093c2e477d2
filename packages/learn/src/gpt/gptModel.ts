import { halveWeights, type Model } from '@incognita/onnx';
import type { TokenizerJson } from '../text/tokenizerJson.js';
import type { CourseWeights } from '../training/course.node.js';
import { exportTokenNetwork, namedTokenValues } from './exportGpt.js';
import type { TokenNetwork } from './tokenNetwork.js';

/** Options of {@link gptModel}. */
export interface GptModelOptions {
  /** Stores weights in float16, half the size; they are computed with in float32. */
  readonly half?: boolean;
  /** Whether it takes and gives keys and values of earlier tokens; default true. */
  readonly cache?: boolean;
}

/**
 * A trained GPT as a plain ONNX decoder that says itself how many tokens it sees (metadata `incognita.context`) and carries its tokenizer
 * (`incognita.tokenizer`, the text of its `tokenizer.json`).
 */
export function gptModel(
  network: TokenNetwork,
  { values }: Pick<CourseWeights, 'values'>,
  tokenizer: TokenizerJson,
  { half = false, cache = true }: GptModelOptions = {},
): Model {
  const model = exportTokenNetwork(network, namedTokenValues(network, values), { cache });
  const metadata = new Map([
    ...model.metadata,
    ['incognita.context', String(network.block)],
    ['incognita.tokenizer', JSON.stringify(tokenizer)],
  ]);
  const described = { ...model, metadata };
  return half ? halveWeights(described) : described;
}
