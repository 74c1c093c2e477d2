import type { LiveMethod, LiveNetworkCard } from '@incognita/workspace/schema';
import type { TabEngine, TabEngineWish } from './tabEngine.js';

/** The call `open` of a network's worker. */
export interface OpenNetwork extends TabEngineWish {
  /** Absolute address of the ONNX file. */
  readonly url: string;
  /** What our server says of it; absent: found here, from the file and what lies beside it. */
  readonly preprocessing?: LiveNetworkCard['preprocessing'] | undefined;
}

/** What `open` answers; `card` without the name and the engine. */
export interface OpenedNetwork {
  readonly card: Omit<LiveNetworkCard, 'name' | 'engine'>;
  readonly engine: TabEngine;
}

/** A picture for a worker: pixels (RGBA), or a file that it decodes itself. */
export type TabPicture =
  | { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray<ArrayBuffer> }
  | { readonly file: Blob };

/** The call `frame`. */
export interface FrameOf {
  readonly picture: TabPicture;
  readonly layer: string | null;
  readonly values: boolean;
}

/** The call `attribute`. */
export interface AttributionOf {
  readonly picture: TabPicture;
  readonly layer: string;
  readonly method: LiveMethod;
  readonly target: { readonly class: number } | { readonly channel: number };
  readonly steps: number;
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
  /** The channel's mean value in this step, under its random transform; of the finished image the mean over eight fixed ones. */
  readonly score: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgb: Uint8Array<ArrayBuffer>;
}

/** Starts a worker for one network that takes pictures. */
export function startNetworkWorker(): Worker {
  return new Worker(new URL('./network.worker.ts', import.meta.url), { type: 'module', name: 'network' });
}
