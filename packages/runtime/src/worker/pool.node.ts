import { setMaxListeners } from 'node:events';
import type { Transferable as NodeTransferable } from 'node:worker_threads';
import type { EngineChoice, EngineInfo } from '../engine/engine.js';
import { abortReason } from './errors.js';
import { PoolWorker } from './poolWorker.node.js';
import type { TaskRef } from './task.js';

/** Options of {@link WorkerPool}. */
export interface WorkerPoolOptions {
  /** How many worker threads at most; they start when first needed. Default 1. */
  readonly workers?: number;
  /** Default `auto`. The environment variable INCOGNITA_ENGINE outranks it. */
  readonly engine?: EngineChoice;
  /** Threads of ONNX Runtime in each worker. Default 1: two workers of one thread are faster than one worker of two. */
  readonly threadsPerWorker?: number;
  /** Budget of each worker's session cache. Default 1 GiB. */
  readonly memoryBytes?: number;
  /** How long a cancelled task may take to stop before its worker is ended. Default 5000. */
  readonly graceMs?: number;
  /** Limit of each worker's JavaScript heap in MiB; default Node's. */
  readonly heapMb?: number;
}

/** Options of one {@link WorkerPool.run}. */
export interface RunTaskOptions {
  /** Cancels the task; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Gets what the task sends by `context.progress`. */
  readonly onProgress?: (value: unknown) => void;
  /** Buffers within `args` that move to the worker instead of being copied. */
  readonly transfer?: readonly NodeTransferable[];
}

/** A task that waits or runs. */
export interface Job {
  readonly task: TaskRef | 'engine';
  readonly args: unknown;
  readonly options: RunTaskOptions;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Worker threads that run tasks, first come, first served. Tasks are functions of compiled modules, so that heavy loops live
 * beside their sessions; a task must not depend on which worker runs it or on what ran there before.
 *
 * A worker that crashes rejects its task with {@link WorkerCrashError} and is replaced.
 *
 * @example
 * const pool = new WorkerPool({ workers: 2 });
 * const sum = await pool.run<number[], number>({ module: new URL('./sum.task.js', import.meta.url).href, export: 'sum' }, [1, 2]);
 * await pool.dispose();
 */
export class WorkerPool {
  readonly #options: Required<Omit<WorkerPoolOptions, 'heapMb'>> & Pick<WorkerPoolOptions, 'heapMb'>;
  readonly #queue: Job[] = [];
  readonly #workers: PoolWorker[] = [];
  #disposed = false;

  constructor(options: WorkerPoolOptions = {}) {
    this.#options = { workers: 1, engine: 'auto', threadsPerWorker: 1, memoryBytes: 2 ** 30, graceMs: 5000, ...options };
    for (const key of ['workers', 'threadsPerWorker'] as const) {
      const value = this.#options[key];
      if (!Number.isInteger(value) || value < 1) throw new RangeError(`${key} is ${value}; it must be a whole number from 1 up`);
    }
  }

  /** How many workers may run at once. */
  get size(): number {
    return this.#options.workers;
  }

  /**
   * Runs a task on the next free worker.
   *
   * @param task the function to run; `args` and the result cross by structured clone.
   * @throws what the task threw (name, message, stack, cause kept), the signal's reason when cancelled, or WorkerCrashError.
   */
  run<A, R>(task: TaskRef, args: A, options: RunTaskOptions = {}): Promise<R> {
    return this.#enqueue(task, args, options) as Promise<R>;
  }

  /** The engine that the workers run, and why. */
  engine(): Promise<EngineInfo> {
    return this.#enqueue('engine', undefined, {}) as Promise<EngineInfo>;
  }

  /** Closes idle sessions of this source in every worker. */
  drop(key: string): void {
    for (const worker of this.#workers) worker.drop(key);
  }

  /** Ends all workers; waiting and running tasks reject. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    const error = new Error('the worker pool was disposed of');
    for (const job of this.#queue.splice(0)) job.reject(error);
    await Promise.all(this.#workers.splice(0).map((worker) => worker.end(error)));
  }

  #enqueue(task: TaskRef | 'engine', args: unknown, options: RunTaskOptions): Promise<unknown> {
    if (this.#disposed) return Promise.reject(new Error('the worker pool was disposed of: make another'));
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(abortReason(signal));
    // One signal may cancel hundreds of tasks; Node warns of a leak from the eleventh on.
    if (signal !== undefined) setMaxListeners(0, signal);
    return new Promise((resolve, reject) => {
      const leave = () => {
        const place = this.#queue.indexOf(job);
        if (place < 0) return; // it runs already, and its worker listens to the signal too
        this.#queue.splice(place, 1);
        reject(abortReason(signal!));
      };
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener('abort', leave);
          settle(value);
        };
      const job: Job = { task, args, options, resolve: settled(resolve), reject: settled(reject) };
      signal?.addEventListener('abort', leave, { once: true });
      this.#queue.push(job);
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#queue.length > 0) {
      const worker = this.#workers.find((candidate) => candidate.idle) ?? this.#start();
      if (worker === undefined) return;
      worker.take(this.#queue.shift()!);
    }
  }

  #start(): PoolWorker | undefined {
    if (this.#workers.length >= this.#options.workers) return undefined;
    const { engine, threadsPerWorker: threads, memoryBytes, graceMs, heapMb } = this.#options;
    const worker = new PoolWorker({
      settings: { engine, threads, memoryBytes },
      graceMs,
      heapMb,
      onIdle: () => this.#pump(),
      onGone: (gone) => {
        const place = this.#workers.indexOf(gone);
        if (place >= 0) this.#workers.splice(place, 1);
        this.#pump();
      },
    });
    this.#workers.push(worker);
    return worker;
  }
}
