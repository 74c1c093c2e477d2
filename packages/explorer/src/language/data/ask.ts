import { type Asked, useAsked } from '../../data/useAsked.js';
import { type Numbers, type NumbersQuestion, useEngine } from './engine.js';

export type { Numbers } from './engine.js';

/** The answer to a question, for a component; a null question asks nothing. */
export function useAnswer<T>(route: 'tokens' | 'explain' | 'lens' | 'next', body: object | null): Asked<T> {
  const engine = useEngine();
  return useAsked(body && `${engine.key} ${route} ${JSON.stringify(body)}`, (signal) => engine.ask<T>(route, body!, signal));
}

/** Parts of points of a text. */
export function useNumbers(question: NumbersQuestion | null): Asked<Numbers> {
  const engine = useEngine();
  return useAsked(question && `${engine.key} run ${JSON.stringify(question)}`, (signal) => engine.numbers(question!, signal));
}
