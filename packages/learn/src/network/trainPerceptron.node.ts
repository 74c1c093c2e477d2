import type { RunTaskOptions, TaskRef, WorkerPool } from '@incognita/runtime';
import { type Features, sharedFeatures } from '../handmade/features.js';
import type { LinearClassifier, PerceptronRuleOptions } from './perceptron.js';

const task: TaskRef = {
  module: new URL('../../dist/network/perceptron.task.js', import.meta.url).href,
  export: 'perceptronTask',
};

/** Options of {@link perceptronOf}. */
export interface PerceptronOfOptions extends Pick<PerceptronRuleOptions, 'classes' | 'rounds'> {
  /** [count] of the features. */
  readonly labels: Int32Array;
  readonly pool: WorkerPool;
  readonly signal?: AbortSignal;
  /** Called after each round. */
  readonly onRound?: (round: number) => void;
}

/**
 * Rosenblatt's perceptron of features, trained in a worker: see {@link trainPerceptron}.
 *
 * @example const perceptron = await perceptronOf(pixelFeatures(pictures, { sidePx: 18 }), { labels: pictures.labels, classes, rounds: 20, pool });
 */
export function perceptronOf(
  features: Features,
  { pool, signal, onRound, ...rest }: PerceptronOfOptions,
): Promise<LinearClassifier> {
  const options: RunTaskOptions = { ...(signal && { signal }), onProgress: (round) => onRound?.(round as number) };
  const args = { inputs: sharedFeatures(features).data, ...rest };
  return pool.run<typeof args, LinearClassifier>(task, args, options);
}
