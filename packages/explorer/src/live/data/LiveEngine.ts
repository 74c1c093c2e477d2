import type { LiveAttributionFacts, LiveFrameFacts, LiveMethod, LiveNetworkCard } from '@incognita/workspace/schema';
import type { EngineStatus } from '../../engine/engineStatus.js';
import type { Store } from '../../state/store.js';

/** A picture for an engine: the bytes of a file, or pixels of a camera (RGBA). */
export type EnginePicture =
  | { readonly kind: 'file'; readonly bytes: Blob }
  | { readonly kind: 'pixels'; readonly width: number; readonly height: number; readonly data: Uint8ClampedArray<ArrayBuffer> };

/** What the network saw: 8-bit RGB. */
export interface SeenPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Every channel of a layer, a byte a position: b stands for min + b / 255 · (max − min) of its channel. */
export interface ChannelMaps {
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
  /** Positions of the layer along a side of one of these. */
  readonly pool: number;
  /** [channels, rows, columns] */
  readonly bytes: Uint8Array;
  /** [channels, 2]: least and largest value, exact. */
  readonly ranges: Float32Array;
}

/** What a network makes of a picture. */
export interface Frame {
  readonly seen: SeenPicture;
  /** Of all classes, before a softmax. */
  readonly scores: Float32Array | null;
  readonly maps: ChannelMaps | null;
  /** [channels, positions]: exact values of the layer, where asked for. */
  readonly values: Float32Array | null;
  readonly ms: LiveFrameFacts['ms'];
}

/** Where in a picture a unit's value comes from. */
export interface Attribution extends LiveAttributionFacts {
  readonly seen: SeenPicture;
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] */
  readonly map: Float32Array;
}

export interface FrameRequest {
  readonly network: string;
  readonly layer: string | null;
  readonly picture: EnginePicture;
  readonly values: boolean;
}

export interface AttributionRequest {
  readonly network: string;
  readonly layer: string;
  readonly picture: EnginePicture;
  readonly method: LiveMethod;
  /** `class:207`, `channel:17`. */
  readonly target: string;
  readonly steps: number;
}

/** What runs networks for the page: our server, or the browser itself. */
export interface LiveEngine {
  /** Names it; another key, another engine. */
  readonly key: string;
  /** Where it runs now, in words. */
  readonly status: Pick<Store<EngineStatus>, 'get' | 'subscribe'>;
  open(network: string): Promise<LiveNetworkCard>;
  /** Null where a later picture took this one's place. */
  frame(request: FrameRequest, signal?: AbortSignal): Promise<Frame | null>;
  attribute(request: AttributionRequest, signal?: AbortSignal): Promise<Attribution | null>;
}

/** The engine could not be reached: it may come back. */
export class EngineGoneError extends Error {
  override readonly name = 'EngineGoneError';
}
