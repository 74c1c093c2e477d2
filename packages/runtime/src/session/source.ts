import type { Model } from '@incognita/onnx';
import type { WeightFile } from '../engine/engine.js';
import type { Feeds, Tensor } from '../tensor.js';

/**
 * A graph that a worker can open, without its weights: tensors that are part of a file stay there, and the graph names their
 * byte ranges. It crosses to a worker without being copied.
 */
export interface SessionSource {
  /** Identifies graph and weights; two sources with one key are the same session. */
  readonly key: string;
  /** The ONNX file of the edited graph, in Node in shared memory. */
  readonly graph: Uint8Array;
  /** The files that the graph's external tensors point into. */
  readonly weights: readonly WeightFile[];
  /** The folder that every location is relative to, or null where a file has no path here (then its bytes are given). */
  readonly folder: string | null;
  /** Bytes of weights that the graph uses outside itself. */
  readonly weightBytes: number;
  /** What each weight file was when it was read, so that a change underneath is noticed: `size:mtimeMs` by real path. */
  readonly stamps: Readonly<Record<string, string>>;
}

/** How to open a session. */
export interface SessionOptions {
  /**
   * Whether ONNX Runtime may rearrange the weights for speed. It copies them into the session, so it suits long loops; without,
   * sessions of one model share the mapped file. Default true in tasks, false in {@link OpenModel}.
   */
  readonly prepack?: boolean;
}

/** A session inside a worker. */
export interface WorkerSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** How the weights came in: `mapped` shares the file's pages between sessions. */
  readonly weights: 'mapped' | 'memory' | 'none';
  /**
   * Runs the graph once.
   *
   * @param outputs names of the outputs to compute; default all.
   * @throws where the task was cancelled before the run, or where ONNX Runtime refuses the feeds.
   */
  run(feeds: Feeds, outputs?: readonly string[]): Promise<Record<string, Tensor>>;
  /** Gives the session back; it stays in the worker's cache until the memory is wanted. */
  dispose(): Promise<void>;
}

/** A model that was loaded: its graph, one copy of its bytes, and where its weights are. */
export interface ModelSource {
  readonly model: Model;
  /** Names the source in messages: the path as given, or 'model in memory'. */
  readonly label: string;
  /** The model file's bytes, in Node in shared memory; null for a model that was built here. */
  readonly bytes: Uint8Array | null;
  /** The real path of the model file, or null. */
  readonly file: string | null;
  /** Identifies the weights within this process. */
  readonly id: string;
  /** The model's weight files, its own first. */
  readonly weights: readonly WeightFile[];
  /** The folder that every location is relative to, or null where the bytes must be handed over. */
  readonly folder: string | null;
  readonly stamps: Readonly<Record<string, string>>;
  /** SHA-256 of the model file (hexadecimal), computed when first asked; of the written graph for a model that was built here. */
  sha256(): Promise<string>;
}
