import type { OptimizerOptions } from '../optimizer/optimizer.js';

/** Everything, beside the data, that the weights of a trained GPT depend on; plain JSON. */
export interface GptSettings {
  readonly network: 'gpt';
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  /** Tokens that it sees at once, and that an example has. */
  readonly block: number;
  /** See `positions` of `gpt`. */
  readonly positions: 'learned' | 'rotary';
  /** Standard deviation of what matrices begin with. */
  readonly deviation: number;
  readonly dropout: number;
  readonly bias: boolean;
  readonly tied: boolean;
  /**
   * Where examples begin: anywhere in the text, or where one of several texts does (and every `block` tokens in longer ones), so that a text is learnt with all that
   * it refers to. How well it foresees is measured likewise.
   */
  readonly begin: 'anywhere' | 'texts';
  readonly steps: number;
  /** Examples of a step. */
  readonly batchSize: number;
  /** See `shards` of `train`. */
  readonly shards: number;
  readonly optimizer: OptimizerOptions;
  /** Reached after `warmupSteps`; then it falls along a cosine to `finalShare` of it. */
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly finalShare: number;
  /** Null: gradients are not clipped. */
  readonly clipNorm: number | null;
  /** Decay of the moving average of the weights, which is then what is measured and exported; null: none. */
  readonly averageDecay: number | null;
  readonly seed: number;
  readonly evaluateEvery: number;
  /** Evaluations in a row without a better one after which training ends; null: never. */
  readonly patience: number | null;
  /** Whether the best evaluated weights are kept, or the last. */
  readonly keep: 'best' | 'final';
}

/**
 * The published setting for a CPU: a few minutes, a held-out loss of 1.88 nats a character on Shakespeare's plays (`tinyshakespeare`).
 *
 * Source: karpathy/nanoGPT, README ("I only have a macbook") and config/train_shakespeare_char.py.
 */
export const NANO_GPT: Omit<GptSettings, 'seed'> = {
  ...{
    network: 'gpt',
    layers: 4,
    heads: 4,
    width: 128,
    block: 64,
    positions: 'learned',
    deviation: 0.02,
    dropout: 0,
    bias: false,
    tied: true,
    begin: 'anywhere',
  },
  ...{ steps: 2000, batchSize: 12, shards: 2 },
  optimizer: { kind: 'adamw', beta2: 0.99, weightDecay: 0.1 },
  ...{ learningRate: 1e-3, warmupSteps: 100, finalShare: 0.1, clipNorm: 1, averageDecay: null },
  ...{ evaluateEvery: 250, patience: null, keep: 'final' },
};
