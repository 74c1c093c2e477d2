import type { Preprocessing } from '@incognita/vision';

/** What to put under the microscope. */
export interface MicroscopeOptions {
  /** Path of the ONNX file. */
  readonly modelPath: string;
  /** Folder of pictures; searched with its subfolders. */
  readonly picturesDir: string;
  /** Names of layers; default: all but pools. */
  readonly layers?: readonly string[];
  /** What model and pictures are called in a new workspace; default: the names of the file and of the folder. */
  readonly names?: { readonly model?: string; readonly pictures?: string };
  /** Channels of each block that get images of what excites them, spread evenly; default 4. */
  readonly images?: 'all' | 'none' | number;
  /** Of these, channels that get images of what silences them; default 4. */
  readonly negative?: 'all' | 'none' | number;
  /** And channels that get diverse images, four that are unlike each other; default 4. None where the model takes one picture at a time alone. */
  readonly diverse?: 'all' | 'none' | number;
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
  /** Of all kinds. */
  readonly images: number;
  /** Of those images, how many are above all marks of trust. */
  readonly trusted: number;
  readonly noImages: string | null;
}

/** What {@link buildMicroscope} made. */
export interface MicroscopeResult {
  readonly seed: number;
  readonly pictures: number;
  /** Why there are no diverse images, where they were asked for; else null. */
  readonly noDiverse: string | null;
  readonly layers: readonly MicroscopeLayerResult[];
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}
