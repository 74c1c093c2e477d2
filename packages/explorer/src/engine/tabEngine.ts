/** Graphics card, or WebAssembly. */
export type Provider = 'webgpu' | 'wasm';

/** What a worker of this tab runs on; `reason` says why not on the graphics card, where that was wanted. */
export interface TabEngine {
  readonly provider: Provider;
  readonly version: string;
  readonly threads: number;
  readonly reason: string | null;
}

/** How a worker is to run a model. */
export interface TabEngineWish {
  readonly provider: Provider;
  /** Most bytes of weights. */
  readonly limitBytes: number;
  /** Of WebAssembly; absent: half of the cores, up to 4. */
  readonly threads?: number | undefined;
}

/** What a worker tells of its own accord: how far its files are loaded, or that it runs on something else now. */
export type TabEvent = { readonly engine: TabEngine } | { readonly loaded: number; readonly total: number };

/** Weights that a tab takes: a copy that was loaded, and one in each open session, in a heap of at most 4 GB. */
export const LIMIT_BYTES = 400e6;
