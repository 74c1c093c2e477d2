/**
 * What a function hands out by a callback, as an asynchronous generator; its value is the function's. The callback gives a promise that resolves when the step
 * was taken, so that the function can wait for its reader. The function gets a signal that fires when the caller's does or when the caller stops reading.
 *
 * @throws what the function throws; the reason of the caller's signal when it fired.
 */
export async function* steps<T, R>(
  run: (onStep: (step: T) => Promise<void>, signal: AbortSignal) => Promise<R>,
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
  const queue: { readonly step: T; readonly taken: () => void }[] = [];
  let settled: { readonly value: R } | { readonly error: unknown } | undefined;
  const hand = (step: T): Promise<void> =>
    new Promise((taken) => {
      if (controller.signal.aborted) return taken();
      queue.push({ step, taken });
      wake();
    });
  const done = run(hand, controller.signal)
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
      if (next !== undefined) {
        try {
          yield next.step;
        } finally {
          next.taken();
        }
      } else if (settled !== undefined) {
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
      for (const { taken } of queue.splice(0)) taken();
      await done;
    }
  }
}
