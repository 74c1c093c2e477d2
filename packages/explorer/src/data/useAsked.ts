import { useEffect, useState } from 'react';

/** What was asked for: an answer, an error in words, or neither while it is computed. An earlier answer is never shown for a later question. */
export interface Asked<T> {
  readonly value: T | null;
  readonly error: string | null;
  readonly pending: boolean;
}

const answers = new Map<string, unknown>();
const MOST_ANSWERS = 60;

/** Asks when the key changes (the earlier question is cancelled) and remembers the last answers; a null key asks nothing. */
export function useAsked<T>(key: string | null, ask: (signal: AbortSignal) => Promise<T>): Asked<T> {
  const [state, setState] = useState<{ key: string; error: string | null } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key names what is asked
  useEffect(() => {
    if (key === null || answers.has(key)) return;
    const cancel = new AbortController();
    ask(cancel.signal)
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

function remember(key: string, value: unknown): void {
  answers.set(key, value);
  const [oldest] = answers.keys();
  if (answers.size > MOST_ANSWERS && oldest !== undefined) answers.delete(oldest);
}
