import type { DecoderCard } from '@incognita/workspace/schema';

/** Graphics card, or WebAssembly. */
export type Provider = 'webgpu' | 'wasm';

/** What the worker runs on; `reason` says why not on the graphics card, where that was wanted. */
export interface TabEngine {
  readonly provider: Provider;
  readonly version: string;
  readonly threads: number;
  readonly reason: string | null;
}

/** The call `open` of a decoder's worker. */
export interface OpenDecoder {
  /** Absolute address of the folder. */
  readonly folder: string;
  /** The ONNX file in it; absent: the first of the usual names. */
  readonly file?: string | undefined;
  readonly provider: Provider;
  readonly limitBytes: number;
  /** Of WebAssembly; absent: half of the cores, up to 4. */
  readonly threads?: number | undefined;
}

/** What `open` answers. */
export interface OpenedDecoder {
  readonly card: DecoderCard;
  readonly engine: TabEngine;
}

/** What a decoder's worker tells of its own accord: how far its files are loaded, or that it runs on something else now. */
export type DecoderEvent = { readonly engine: TabEngine } | { readonly loaded: number; readonly total: number };

/** Starts a worker for one decoder. */
export function startLanguageWorker(): Worker {
  return new Worker(new URL('./language.worker.ts', import.meta.url), { type: 'module', name: 'decoder' });
}
