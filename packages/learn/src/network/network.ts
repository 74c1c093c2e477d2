import type { Model } from '@incognita/onnx';
import { NetworkBuilder, type Values } from './networkBuilder.js';
import { type Parameter, type RunningStatistic, sizeOf } from './parameter.js';

/** A network as a program that writes its graph. */
export interface Network {
  /** As users name it: `alexnet`. */
  readonly name: string;
  /** One sentence: what it is and where it was published. */
  readonly description: string;
  /** Of one example, without the batch axis: [channels, height, width] or [features]. */
  readonly inputShape: readonly number[];
  /** Classes, or numbers that it gives for an example. */
  readonly outputs: number;
  /** Writes the layers; returns the name of the output of shape [n, outputs]. */
  readonly define: (b: NetworkBuilder, input: string) => string;
}

/** What of a network is trained, and how much of it there is. */
export interface NetworkParts {
  readonly parameters: readonly Parameter[];
  readonly statistics: readonly RunningStatistic[];
}

/** The parameters and running statistics of a network. */
export function partsOf(network: Network): NetworkParts {
  const b = new NetworkBuilder('training');
  network.define(b, b.graph.input('input', 'float32', ['n', ...network.inputShape]));
  return { parameters: b.parameters, statistics: b.statistics };
}

/**
 * The finished network as a plain ONNX model: `input` [n, …] to `output` [n, outputs], parameters as constants, normalizations folded.
 *
 * @throws Error naming the parameter whose values are missing or of another size.
 */
export function exportNetwork(network: Network, values: Values): Model {
  const b = new NetworkBuilder('inference', values);
  const output = network.define(b, b.graph.input('input', 'float32', ['n', ...network.inputShape]));
  b.graph.output(output, 'float32', ['n', network.outputs], 'output');
  return b.graph.model();
}

/** Trained numbers by name: of all parameters one after the other, and of all running statistics. */
export function namedValues(
  network: Network,
  { values, statistics }: { readonly values: Float32Array; readonly statistics: Float32Array },
): Map<string, Float32Array> {
  const parts = partsOf(network);
  const named = new Map<string, Float32Array>();
  const lay = (list: readonly { readonly name: string; readonly dims: readonly number[] }[], flat: Float32Array): void => {
    let at = 0;
    for (const { name, dims } of list) {
      named.set(name, flat.subarray(at, at + sizeOf(dims)));
      at += sizeOf(dims);
    }
  };
  lay(parts.parameters, values);
  lay(parts.statistics, statistics);
  return named;
}
