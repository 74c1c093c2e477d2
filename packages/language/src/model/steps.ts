/**
 * What a function hands out by a callback, as an asynchronous generator; its value is the function's. The function gets a signal that
 * fires when the caller's does or when the caller stops reading.
 *
 * @throws what the function throws; the reason of the caller's signal when it fired.
 */
export async function* steps<T, R>(
  run: (onStep: (step: T) => void, signal: AbortSignal) => Promise<R>,
  outer: AbortSignal | undefined,
): AsyncGenerator<T, R> {
  outer?.throwIfAborted();
  const controller = new AbortController();
  let wake: () => void = () => undefined;
  const cancel = (): void => {
    controller.abort(outer?.reason);
    wake();
  };
  outer?.addEventListener('abort', cancel, { once: true });
  const queue: T[] = [];
  let settled: { readonly value: R } | { readonly error: unknown } | undefined;
  const done = run((step) => {
    queue.push(step);
    wake();
  }, controller.signal)
    .then(
      (value) => {
        settled = { value };
      },
      (error: unknown) => {
        settled = { error };
      },
    )
    .finally(() => wake());
  try {
    for (;;) {
      outer?.throwIfAborted();
      const next = queue.shift();
      if (next !== undefined) yield next;
      else if (settled !== undefined) {
        if ('error' in settled) throw settled.error;
        return settled.value;
      } else
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (queue.length > 0 || settled !== undefined || controller.signal.aborted) resolve();
        });
    }
  } finally {
    outer?.removeEventListener('abort', cancel);
    if (settled === undefined) {
      controller.abort(new Error('the generation was left'));
      await done;
    }
  }
}
