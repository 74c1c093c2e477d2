import type { TaskContext } from '@incognita/runtime';
import { type LinearClassifier, type PerceptronRuleOptions, trainPerceptron } from './perceptron.js';

/** Trains a perceptron in a worker, and tells of each round. */
export function perceptronTask(options: Omit<PerceptronRuleOptions, 'onRound'>, context: TaskContext): LinearClassifier {
  return trainPerceptron({
    ...options,
    onRound: (round) => {
      context.throwIfAborted();
      context.progress(round);
    },
  });
}
