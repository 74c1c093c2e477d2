import type { Preprocessing } from '@incognita/vision';

/** What to put under the microscope. */
export interface MicroscopeOptions {
  /** Path of the ONNX file. */
  readonly modelPath: string;
  /** Folder of pictures; searched with its subfolders. */
  readonly picturesDir: string;
  /** Names of layers; default: all but pools. */
  readonly layers?: readonly string[];
  /** Channels of each block that get optimised images, spread evenly; default 4. */
  readonly images?: 'all' | 'none' | number;
  /** Optimisation steps of an image; default 192. */
  readonly steps?: number;
  /** Default 0. */
  readonly seed?: number;
  readonly preprocessing?: Preprocessing;
  readonly classNames?: { readonly names: readonly string[]; readonly source: string };
  readonly maxMegapixels?: number;
  readonly generator?: string;
}

/** What was made of one layer. */
export interface MicroscopeLayerResult {
  readonly layer: string;
  readonly channels: number;
  readonly images: number;
  /** Of those images, how many are above all marks of trust. */
  readonly trusted: number;
  readonly noImages: string | null;
}

/** What {@link buildMicroscope} made. */
export interface MicroscopeResult {
  readonly seed: number;
  readonly pictures: number;
  readonly layers: readonly MicroscopeLayerResult[];
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}
