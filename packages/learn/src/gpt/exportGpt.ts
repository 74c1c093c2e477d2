import type { Model } from '@incognita/onnx';
import { NetworkBuilder, type Values } from '../network/networkBuilder.js';
import type { Parameter } from '../network/parameter.js';
import type { KeyValueCache, TokenNetwork } from './tokenNetwork.js';

/** What of a network is trained, in the order in which its flat values lie. */
export function tokenParameters(network: TokenNetwork): readonly Parameter[] {
  const b = new NetworkBuilder('training');
  network.define(b, b.graph.input('input_ids', 'int64', ['n', 's']));
  return b.parameters;
}

/** Trained numbers by name, from those of all parameters one after the other. */
export function namedTokenValues(network: TokenNetwork, values: Float32Array): Values {
  let at = 0;
  return new Map(
    tokenParameters(network).map(({ name, dims }) => {
      const size = dims.reduce((a, b) => a * b, 1);
      at += size;
      return [name, values.subarray(at - size, at)];
    }),
  );
}

/**
 * The finished network as a plain ONNX decoder: `input_ids` int64 [n, s] to `logits` [n, s, vocabulary], any n and s up to the block.
 *
 * With `cache` it takes and gives the keys and values of earlier tokens as other exporters name them: `past_key_values.0.key` … [n, heads, past, d] (of
 * no tokens at the beginning) and `present.0.key` … [n, heads, past + s, d].
 *
 * @throws Error naming the parameter whose values are missing or of another size.
 */
export function exportTokenNetwork(network: TokenNetwork, values: Values, { cache = false } = {}): Model {
  const b = new NetworkBuilder('inference', values);
  const { graph } = b;
  const ids = graph.input('input_ids', 'int64', ['n', 's']);
  const dims = (length: string): (string | number)[] => ['n', network.heads, length, network.width / network.heads];
  const present: { readonly key: string; readonly value: string }[] = [];
  const kept: KeyValueCache | undefined = cache
    ? {
        past: Array.from({ length: network.layers }, (_, layer) => ({
          key: graph.input(`past_key_values.${layer}.key`, 'float32', dims('past')),
          value: graph.input(`past_key_values.${layer}.value`, 'float32', dims('past')),
        })),
        keep: (layer, key, value) => {
          present[layer] = { key, value };
        },
      }
    : undefined;
  graph.output(network.define(b, ids, kept), 'float32', ['n', 's', network.vocabulary], 'logits');
  for (const [layer, { key, value }] of present.entries()) {
    graph.output(key, 'float32', dims('past + s'), `present.${layer}.key`);
    graph.output(value, 'float32', dims('past + s'), `present.${layer}.value`);
  }
  return graph.model();
}
