/**
 * Turns Ctrl-C and a polite kill into an abort: the first asks the running job to stop where it can be resumed, the second
 * ends the process at once (which is safe too: finished stages are on disk).
 *
 * @param onFirst called at the first signal, to tell the user
 */
export function abortOnInterrupt(onFirst: () => void): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const handle = (): void => {
    if (controller.signal.aborted) process.exit(130);
    onFirst();
    controller.abort();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
    },
  };
}
