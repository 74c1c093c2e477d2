import type { SessionOptions, SessionSource, WorkerSession } from '../session/source.js';

/** Names a function that workers can import: `export async function name(args, context: TaskContext)`. */
export interface TaskRef {
  /** URL of a compiled module, for example `new URL('../dist/render.task.js', import.meta.url).href`. */
  readonly module: string;
  /** Name of the exported function. */
  readonly export: string;
}

/** What a task gets beside its arguments. */
export interface TaskContext {
  /** Opens a session in this worker, or takes it from the worker's cache. Sessions left open are given back when the task ends. */
  openSession(source: SessionSource, options?: SessionOptions): Promise<WorkerSession>;
  /** Sends a value (structured clone) to `onProgress` of the caller. */
  progress(value: unknown): void;
  /** Aborted when the caller cancels, as soon as the worker's event loop turns. */
  readonly signal: AbortSignal;
  /** Throws the caller's reason if the task was cancelled; works also while the event loop is blocked. Call it between steps. */
  throwIfAborted(): void;
  /** Marks the result: `return context.transfer([array.buffer], value)` moves these buffers to the caller instead of copying them. */
  transfer<T>(buffers: readonly ArrayBuffer[], value: T): T;
}

/** A task's shape. */
export type Task<A, R> = (args: A, context: TaskContext) => Promise<R> | R;
