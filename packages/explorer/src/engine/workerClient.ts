import type { FromWorker, ToWorker } from './calls.js';

/** Options of {@link WorkerClient.call}. */
export interface CallOptions<S> {
  readonly onStep?: ((step: S) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Waiting {
  readonly onStep: ((step: never) => void) | undefined;
  resolve(value: never): void;
  reject(error: Error): void;
}

/** The page's end of a worker that answers calls (`serveCalls`). */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;

  /** @param onEvent gets what the worker tells of its own accord. */
  constructor(worker: Worker, onEvent: (event: unknown) => void) {
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if ('event' in data) return onEvent(data.event);
      const call = this.#waiting.get(data.id);
      if (call === undefined) return;
      if ('step' in data) return call.onStep?.(data.step as never);
      this.#waiting.delete(data.id);
      if ('error' in data) call.reject(Object.assign(new Error(data.error.message), { name: data.error.name }));
      else call.resolve(data.value as never);
    });
    worker.addEventListener('error', (event) => {
      this.#failAll(`The worker in this tab failed: ${event.message || 'its code could not be loaded'}`);
    });
  }

  /** Calls a function of the worker; rejects with the signal's reason when it fires. */
  call<T, S = never>(call: string, args: unknown, { onStep, signal }: CallOptions<S> = {}): Promise<T> {
    signal?.throwIfAborted();
    const id = ++this.#calls;
    const answer = new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { onStep: onStep as ((step: never) => void) | undefined, resolve, reject });
      signal?.addEventListener(
        'abort',
        () => {
          if (!this.#waiting.delete(id)) return;
          this.#post({ cancel: id });
          reject(signal.reason);
        },
        { once: true },
      );
    });
    this.#post({ id, call, args });
    return answer;
  }

  /** Ends the worker; calls under way are refused. */
  dispose(): void {
    this.#worker.terminate();
    this.#failAll('The worker in this tab was ended.');
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #failAll(message: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(message));
    this.#waiting.clear();
  }
}
