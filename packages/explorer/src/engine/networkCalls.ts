import type { Provider } from './languageCalls.js';

/** The call `open` of a network's worker. */
export interface OpenNetwork {
  /** Absolute address of the ONNX file. */
  readonly url: string;
  readonly provider: Provider;
  readonly limitBytes: number;
  readonly threads?: number | undefined;
}

/** The call `visualize`: an image that excites a channel. */
export interface VisualizeChannel {
  readonly layer: string;
  readonly channel: number;
  readonly steps: number;
  readonly seed: number;
}

/** How far an image is, and what it looks like: RGB [height, width, 3]. */
export interface ImageStep {
  readonly step: number;
  readonly steps: number;
  /** The channel's value in this step, under its random transform; of the finished image the mean over eight fixed ones. */
  readonly score: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgb: Uint8Array;
}

/** Starts a worker for one network that takes pictures. */
export function startNetworkWorker(): Worker {
  return new Worker(new URL('./network.worker.ts', import.meta.url), { type: 'module', name: 'network' });
}
