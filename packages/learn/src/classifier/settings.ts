import type { OptimizerOptions } from '../optimizer/optimizer.js';
import type { AugmentationName } from '../pictures/augmentations.js';

/** Everything, beside the data, that the weights of a trained classifier depend on; plain JSON. */
export interface ClassifierSettings {
  /** A name of the catalogue. */
  readonly network: string;
  readonly width: number;
  readonly steps: number;
  readonly batchSize: number;
  /** See `shards` of `train`. */
  readonly shards: number;
  readonly optimizer: OptimizerOptions;
  /** Reached after `warmupSteps`; then it falls along a cosine to zero. */
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly labelSmoothing: number;
  /** Null: gradients are not clipped. */
  readonly clipNorm: number | null;
  /** Decay of the moving average of the weights, which is then what is measured and exported; null: none. */
  readonly averageDecay: number | null;
  readonly augmentation: AugmentationName;
  /** Whether mirror images are shown, of classes that mean the same there where the data say which do. */
  readonly flip: boolean;
  readonly seed: number;
  readonly evaluateEvery: number;
  /** Evaluations in a row without a better one after which training ends; null: never. */
  readonly patience: number | null;
  /** Whether the best evaluated weights are kept, or the last. */
  readonly keep: 'best' | 'final';
}
