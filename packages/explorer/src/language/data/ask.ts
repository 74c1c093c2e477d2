import { decodeSafetensors, type LanguageRead } from '@incognita/workspace/schema';
import { useEffect, useState } from 'react';
import type { Matrix } from '../../data/matrix.js';

/** What was asked for: an answer, an error in words, or neither while it is computed. An earlier answer is never shown for a later question. */
export interface Asked<T> {
  readonly value: T | null;
  readonly error: string | null;
  readonly pending: boolean;
}

const answers = new Map<string, unknown>();
const MOST_ANSWERS = 60;

/** Asks a route of the server; errors carry its words. */
export async function ask(route: string, body: object, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(`./api/language/${route}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
  if (!response.ok) throw new Error(await wordsOf(response));
  return response;
}

async function wordsOf(response: Response): Promise<string> {
  const body = (await response.json().catch(() => null)) as { error?: string } | null;
  return body?.error ?? `The server answered ${response.status}.`;
}

/**
 * The answer to a question, for a component: asked when the question changes (the earlier one is cancelled), remembered for the last
 * questions. A null question asks nothing.
 */
export function useAsk<T>(route: string, body: object | null, read: (response: Response) => Promise<T>): Asked<T> {
  const key = body === null ? null : `${route} ${JSON.stringify(body)}`;
  const [state, setState] = useState<{ key: string; error: string | null } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key names what is asked
  useEffect(() => {
    if (key === null || answers.has(key)) return;
    const cancel = new AbortController();
    ask(route, body!, cancel.signal)
      .then(read)
      .then((value) => {
        remember(key, value);
        if (!cancel.signal.aborted) setState({ key, error: null });
      })
      .catch((error: Error) => {
        if (!cancel.signal.aborted) setState({ key, error: error.message });
      });
    return () => cancel.abort();
  }, [key]);
  if (key === null) return { value: null, error: null, pending: false };
  if (answers.has(key)) return { value: answers.get(key) as T, error: null, pending: false };
  if (state?.key === key && state.error !== null) return { value: null, error: state.error, pending: false };
  return { value: null, error: null, pending: true };
}

/** {@link useAsk} for JSON. */
export function useAnswer<T>(route: string, body: object | null): Asked<T> {
  return useAsk<T>(route, body, (response) => response.json() as Promise<T>);
}

/** Numbers by the names under which they were asked for: rows of the last axis. */
export type Numbers = ReadonlyMap<string, Matrix & { readonly shape: readonly number[] }>;

/** Parts of points of a text. */
export function useNumbers(
  question: {
    model: string;
    ids: readonly number[];
    clamps: readonly string[];
    reads: Readonly<Record<string, LanguageRead>>;
  } | null,
): Asked<Numbers> {
  return useAsk('run', question, async (response) => {
    const { tensors } = decodeSafetensors(new Uint8Array(await response.arrayBuffer()));
    return new Map(
      [...tensors].map(([name, { data, shape }]) => {
        const columns = shape.at(-1) ?? 1;
        return [name, { rows: data.length / columns, columns, data: data as Float32Array, shape }];
      }),
    );
  });
}

function remember(key: string, value: unknown): void {
  answers.set(key, value);
  const [oldest] = answers.keys();
  if (answers.size > MOST_ANSWERS && oldest !== undefined) answers.delete(oldest);
}
