import type { NetworkBuilder } from '../network/networkBuilder.js';

/** Keys and values of the tokens before the given ones, of every layer: what generation keeps so that it need not compute them again. */
export interface KeyValueCache {
  /** Names of tensors [n, heads, past, width / heads], a layer each. */
  readonly past: readonly { readonly key: string; readonly value: string }[];
  /** Takes those of the past and the given tokens together, [n, heads, past + s, width / heads]. */
  readonly keep: (layer: number, key: string, value: string) => void;
}

/** A network from tokens to the scores of the tokens that come next, as a program that writes its graph. */
export interface TokenNetwork {
  /** As users name it: `gpt`. */
  readonly name: string;
  /** One sentence: what it is and where it was published. */
  readonly description: string;
  /** How many different tokens there are. */
  readonly vocabulary: number;
  /** The most tokens that it sees at once. */
  readonly block: number;
  readonly layers: number;
  readonly heads: number;
  /** Numbers of one token. */
  readonly width: number;
  /** Writes the layers; from int64 `ids` [n, s] to the name of the scores [n, s, vocabulary]. */
  readonly define: (b: NetworkBuilder, ids: string, cache?: KeyValueCache) => string;
}
