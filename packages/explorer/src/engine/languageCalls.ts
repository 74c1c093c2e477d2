import type { DecoderCard } from '@incognita/workspace/schema';
import type { TabEngine, TabEngineWish } from './tabEngine.js';

/** The call `open` of a decoder's worker. */
export interface OpenDecoder extends TabEngineWish {
  /** Absolute address of the folder. */
  readonly folder: string;
  /** The ONNX file in it; absent: the first of the usual names. */
  readonly file?: string | undefined;
}

/** What `open` answers. */
export interface OpenedDecoder {
  readonly card: DecoderCard;
  readonly engine: TabEngine;
}

/** Starts a worker for one decoder. */
export function startLanguageWorker(): Worker {
  return new Worker(new URL('./language.worker.ts', import.meta.url), { type: 'module', name: 'decoder' });
}
