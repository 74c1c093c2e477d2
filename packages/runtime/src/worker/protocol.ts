import type { EngineChoice } from '../engine/engine.js';
import type { SerializedError } from './errors.js';

/** What a worker is started with. */
export interface WorkerSettings {
  readonly engine: EngineChoice;
  readonly threads: number;
  readonly memoryBytes: number;
}

/** From the pool to a worker. */
export type ToWorker =
  | {
      readonly kind: 'task';
      readonly id: number;
      readonly module: string;
      readonly export: string;
      readonly args: unknown;
      readonly flag: Int32Array;
    }
  | { readonly kind: 'engine'; readonly id: number }
  | { readonly kind: 'abort'; readonly id: number; readonly reason: SerializedError }
  | { readonly kind: 'drop'; readonly key: string };

/** From a worker to the pool. */
export type FromWorker =
  | { readonly kind: 'progress'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: SerializedError };
