import type { Feeds, Tensor } from '../tensor.js';

/** `cpu` is the native ONNX Runtime, `wasm` its WebAssembly build on one thread. */
export type EngineName = 'cpu' | 'wasm';

/** What a caller may ask for; `auto` takes the native engine and falls back to WebAssembly where it is missing. */
export type EngineChoice = 'auto' | EngineName;

/** Which engine runs, and why this one. */
export interface EngineInfo {
  readonly name: EngineName;
  /** Version of ONNX Runtime. */
  readonly version: string;
  /** One sentence, for people. */
  readonly reason: string;
  /** Threads of ONNX Runtime in one session. */
  readonly threads: number;
}

/** A file of weights that a graph's external tensors point into. */
export interface WeightFile {
  /** The location that the graph's tensors name: a path relative to the folder, with forward slashes. */
  readonly location: string;
  /** The real path of the file, absent where the bytes came from memory. */
  readonly file?: string;
  /** The whole content, in Node shared between threads; absent where only the file is known. */
  readonly bytes?: ArrayBufferLike;
}

/** How a session gets its weights. `mapped`: ONNX Runtime maps the files itself, so that every session shares their pages. */
export type WeightAccess =
  | { readonly kind: 'mapped'; readonly folder: string }
  | { readonly kind: 'memory' }
  | { readonly kind: 'none' };

/** What an engine needs to open a session. */
export interface EngineSessionOptions {
  readonly graph: Uint8Array;
  readonly access: WeightAccess;
  /** For access `memory`: location → content. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** Whether weights are rearranged for speed, which copies them into each session. */
  readonly prepack: boolean;
  readonly threads: number;
}

/** An open session of one engine. Runs of one session, and of one engine, must not overlap. */
export interface EngineSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Feeds, outputs: readonly string[]): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}

/** One way to run ONNX graphs. */
export interface Engine {
  readonly name: EngineName;
  readonly version: string;
  /** Whether it can map weight files instead of holding a copy of them. */
  readonly mapsFiles: boolean;
  /** Threads that it really uses when `asked` are wanted. */
  threads(asked: number): number;
  open(options: EngineSessionOptions): Promise<EngineSession>;
}

/** An engine that cannot be used here. */
export class EngineUnavailableError extends Error {
  override readonly name = 'EngineUnavailableError';
}
