/**
 * Cancelling reaches a worker on two ways: a flag in shared memory, which is seen even while ONNX Runtime blocks the event loop,
 * and a message with the reason, which aborts the signal.
 */
export interface Cancellation {
  readonly signal: AbortSignal;
  throwIfAborted(): void;
  /** Called when the message comes. */
  abort(reason: Error): void;
}

/** A fresh flag: one shared 32-bit integer, 0 until cancelled. */
export function cancellationFlag(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4));
}

/** Raises the flag. */
export function raise(flag: Int32Array): void {
  Atomics.store(flag, 0, 1);
}

/** The worker's end of a flag. */
export function cancellation(flag: Int32Array): Cancellation {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    throwIfAborted() {
      if (Atomics.load(flag, 0) === 0) return;
      if (!controller.signal.aborted) controller.abort(new DOMException('the task was cancelled', 'AbortError'));
      throw controller.signal.reason;
    },
    abort(reason) {
      if (!controller.signal.aborted) controller.abort(reason);
    },
  };
}
