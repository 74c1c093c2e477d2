import { Worker } from 'node:worker_threads';
import { cancellationFlag, raise } from './cancellation.js';
import { abortReason, deserializeError, serializeError, WorkerCrashError } from './errors.js';
import { workerExecArgv } from './execArgv.js';
import type { Job } from './pool.node.js';
import type { FromWorker, ToWorker, WorkerSettings } from './protocol.js';

/** What a {@link PoolWorker} is made with. */
export interface PoolWorkerOptions {
  readonly settings: WorkerSettings;
  readonly graceMs: number;
  readonly heapMb: number | undefined;
  /** Called when it can take a job. */
  readonly onIdle: () => void;
  /** Called once when the thread has ended. */
  readonly onGone: (worker: PoolWorker) => void;
}

interface Current {
  readonly id: number;
  readonly job: Job;
  readonly flag: Int32Array;
  /** Why the job was cancelled, once it was. */
  cancelled?: Error;
  timer?: NodeJS.Timeout;
  readonly onAbort: () => void;
}

/** One worker thread and the job that it runs. An idle one does not keep the process alive. */
export class PoolWorker {
  readonly #options: PoolWorkerOptions;
  readonly #thread: Worker;
  #current: Current | undefined;
  #crash: unknown;
  #gone = false;
  #ids = 0;

  constructor(options: PoolWorkerOptions) {
    this.#options = options;
    const program = new URL('../../dist/worker/worker.node.js', import.meta.url);
    const resourceLimits = options.heapMb === undefined ? {} : { maxOldGenerationSizeMb: options.heapMb };
    const execArgv = workerExecArgv(process.execArgv);
    this.#thread = new Worker(program, {
      workerData: options.settings,
      resourceLimits,
      name: 'incognita',
      ...(execArgv === undefined ? {} : { execArgv }),
    });
    this.#thread.unref();
    this.#thread.on('message', (message: FromWorker) => this.#receive(message));
    this.#thread.on('error', (error) => {
      this.#crash = error;
    });
    this.#thread.on('exit', (code) => this.#exited(code));
  }

  /** Whether it can take a job. */
  get idle(): boolean {
    return this.#current === undefined && !this.#gone;
  }

  /** Starts a job. */
  take(job: Job): void {
    const id = ++this.#ids;
    const current: Current = { id, job, flag: cancellationFlag(), onAbort: () => this.#cancel(abortReason(job.options.signal!)) };
    this.#current = current;
    this.#thread.ref();
    job.options.signal?.addEventListener('abort', current.onAbort, { once: true });
    const message: ToWorker =
      job.task === 'engine'
        ? { kind: 'engine', id }
        : { kind: 'task', id, module: job.task.module, export: job.task.export, args: job.args, flag: current.flag };
    try {
      this.#thread.postMessage(message, [...(job.options.transfer ?? [])]);
    } catch (error) {
      this.#finish(() => job.reject(error));
    }
  }

  /** Closes idle sessions of this source. */
  drop(key: string): void {
    if (!this.#gone) this.#thread.postMessage({ kind: 'drop', key } satisfies ToWorker);
  }

  /** Ends the thread; a running job rejects with `error`. */
  async end(error: Error): Promise<void> {
    const current = this.#current;
    if (current !== undefined) current.cancelled ??= error;
    await this.#thread.terminate();
  }

  #receive(message: FromWorker): void {
    const current = this.#current;
    if (current === undefined || message.id !== current.id) return;
    const { job } = current;
    if (message.kind === 'progress') {
      if (current.cancelled !== undefined) return;
      try {
        job.options.onProgress?.(message.value);
      } catch (error) {
        this.#cancel(error instanceof Error ? error : new Error(String(error)));
      }
    } else if (current.cancelled !== undefined) this.#finish(() => job.reject(current.cancelled));
    else if (message.kind === 'result') this.#finish(() => job.resolve(message.value));
    else this.#finish(() => job.reject(deserializeError(message.error)));
  }

  #cancel(reason: Error): void {
    const current = this.#current;
    if (current === undefined || current.cancelled !== undefined) return;
    current.cancelled = reason;
    raise(current.flag);
    this.#thread.postMessage({ kind: 'abort', id: current.id, reason: serializeError(reason) } satisfies ToWorker);
    current.timer = setTimeout(() => void this.#thread.terminate(), this.#options.graceMs);
  }

  #finish(settle: () => void): void {
    const current = this.#current;
    if (current === undefined) return;
    this.#current = undefined;
    clearTimeout(current.timer);
    current.job.options.signal?.removeEventListener('abort', current.onAbort);
    if (!this.#gone) this.#thread.unref();
    settle();
    if (!this.#gone) this.#options.onIdle();
  }

  #exited(code: number): void {
    this.#gone = true;
    const current = this.#current;
    if (current !== undefined) {
      const why = this.#crash instanceof Error ? this.#crash.message : `it exited with code ${code}`;
      const crash = new WorkerCrashError(`the worker that ran ${nameOf(current.job)} ended: ${why}`, { cause: this.#crash });
      this.#finish(() => current.job.reject(current.cancelled ?? crash));
    }
    this.#options.onGone(this);
  }
}

function nameOf({ task }: Job): string {
  return task === 'engine' ? 'the engine' : `'${task.export}' of ${task.module}`;
}
