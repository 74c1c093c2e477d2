import type { DecoderCard, GeneratedToken, LanguageRead } from '@incognita/workspace/schema';
import { createContext, useContext } from 'react';
import type { Matrix } from '../../data/matrix.js';
import type { EngineStatus } from '../../engine/engineStatus.js';
import type { Store } from '../../state/store.js';

/** Numbers by the names under which they were asked for: rows of the last axis. */
export type Numbers = ReadonlyMap<string, Matrix & { readonly shape: readonly number[] }>;

/** What of points is read of a text. */
export interface NumbersQuestion {
  readonly model: string;
  readonly ids: readonly number[];
  readonly clamps: readonly string[];
  readonly reads: Readonly<Record<string, LanguageRead>>;
}

/** Answers questions about the texts of one decoder: our server does, or a worker in this tab. Both give the same numbers. */
export interface LanguageEngine {
  /** Names it, and the decoder, among remembered answers. */
  readonly key: string;
  readonly status: Pick<Store<EngineStatus>, 'get' | 'subscribe'>;
  card(): Promise<DecoderCard>;
  /** Most tokens of a text; null where only the decoder limits it. */
  longest(card: DecoderCard): number | null;
  ask<T>(route: 'tokens' | 'explain' | 'lens' | 'next', body: object, signal: AbortSignal): Promise<T>;
  numbers(question: NumbersQuestion, signal: AbortSignal): Promise<Numbers>;
  /** Generates; the value says why it ended. */
  generate(question: object, onToken: (token: GeneratedToken) => void, signal: AbortSignal): Promise<string>;
}

export const EngineContext = createContext<LanguageEngine | null>(null);

export function useEngine(): LanguageEngine {
  return useContext(EngineContext)!;
}

/** A tensor as rows of its last axis. */
export function rowsOf(data: Float32Array, shape: readonly number[]): Matrix & { readonly shape: readonly number[] } {
  const columns = shape.at(-1) ?? 1;
  return { rows: data.length / columns, columns, data, shape };
}
