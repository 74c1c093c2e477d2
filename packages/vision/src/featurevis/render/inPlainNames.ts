import { NoPathError } from '@incognita/autodiff';
import { describeObjective, type Expression } from '../objective/expression.js';
import { RGB, SCORE } from './objectiveGraph.js';

/**
 * Makes a gradient of an objective; where none reaches the picture, the error says what was asked for instead of the names of our own tensors.
 *
 * @throws NoPathError, and what `make` throws.
 */
export function inPlainNames<T>(objective: Expression, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof NoPathError)) throw error;
    const what = describeObjective(objective).replace(/^./, (first) => first.toUpperCase());
    throw new NoPathError(error.message.replace(`"${SCORE}"`, what).replace(`"${RGB}"`, 'the picture'), { cause: error });
  }
}
