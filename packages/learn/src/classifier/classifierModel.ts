import { halveWeights, type Model } from '@incognita/onnx';
import { exportNetwork, type Network, namedValues } from '../network/network.js';
import { learntPreprocessing } from '../pictures/learntPreprocessing.js';
import type { TrainedWeights } from './trainClassifier.node.js';

/** Options of {@link classifierModel}. */
export interface ClassifierModelOptions {
  /** Stores weights in float16, half the size; they are computed with in float32. */
  readonly half?: boolean;
}

/**
 * A trained classifier as a plain ONNX model that says itself how it sees pictures and what its classes are called (metadata
 * `incognita.preprocessing` and `incognita.classes`, both JSON).
 */
export function classifierModel(
  network: Network,
  weights: TrainedWeights,
  classNames: readonly string[],
  { half = false }: ClassifierModelOptions = {},
): Model {
  const model = exportNetwork(network, namedValues(network, weights));
  const { source: _, statement: __, ...preprocessing } = learntPreprocessing(network.inputShape[2]!);
  const metadata = new Map([
    ...model.metadata,
    ['incognita.preprocessing', JSON.stringify(preprocessing)],
    ['incognita.classes', JSON.stringify(classNames)],
  ]);
  const described = { ...model, metadata };
  return half ? halveWeights(described) : described;
}
