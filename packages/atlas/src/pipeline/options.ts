import type { WorkerPool } from '@incognita/runtime';
import type { Preprocessing } from '@incognita/vision';
import type { Workspace } from '@incognita/workspace';
import type { AtlasPreset } from '../presets.js';
import type { ManifestWriter } from './manifestWriter.js';

/** What to make an atlas of. */
export interface AtlasOptions {
  /** Path of the ONNX file. */
  readonly modelPath: string;
  /** Folder of pictures; searched with its subfolders. */
  readonly picturesDir: string;
  /** What model and pictures are called in the workspace; default: the names of the file and of the folder. */
  readonly names?: { readonly model?: string; readonly pictures?: string };
  /** Names of layers as {@link discoverLayers} gives them; default {@link chooseLayers}. */
  readonly layers?: readonly string[];
  /** Cells along each side, one number a grid; default: the preset's, or {@link defaultGrids}. */
  readonly grids?: readonly number[];
  /** Optimised icons: of every cell, of none, or of the N most populated cells of each grid. Default `all`. */
  readonly icons?: 'all' | 'none' | number;
  /** Default 0. */
  readonly seed?: number;
  /** Name of a preset, or its own values. Default `incognita`. */
  readonly preset?: string | AtlasPreset;
  /** Activations sampled in each layer; default the preset's. Every picture gives at least one. */
  readonly activations?: number;
  /** How pictures become the network's input; default `resolvePreprocessing(model)`. */
  readonly preprocessing?: Preprocessing;
  /**
   * Pictures are kept at so many times the network's size, so that patches of a network that sees little can be recognised; an integer, default
   * {@link pictureScale}. What is computed does not depend on it.
   */
  readonly pictureScale?: number;
  /** Names of the classes in the order of the logits; default `class 0`, `class 1`, … */
  readonly classNames?: { readonly names: readonly string[]; readonly source: string };
  /** Pictures larger than this are skipped. Default 50. */
  readonly maxMegapixels?: number;
  /** What made the workspace, for its manifest. Default `incognita`. */
  readonly generator?: string;
  /** Called once the maps and patches of all layers are there, before classes and icons; what it makes goes through the given context. */
  readonly onMapped?: (context: AtlasContext) => Promise<unknown>;
}

/** The stages that report progress, in order. */
export type AtlasStage =
  | 'pictures'
  | 'collect'
  | 'neighbors'
  | 'layout'
  | 'cells'
  | 'attribution'
  | 'icons'
  /** The microscope's: tables of all channels of a layer, their connections, and images of some. */
  | 'channels'
  | 'wiring'
  | 'images';

/** Progress of one stage. */
export interface AtlasProgress {
  readonly stage: AtlasStage;
  readonly layer: string | null;
  readonly done: number;
  readonly total: number;
}

/** What an atlas is made with and where it goes. */
export interface AtlasContext {
  /** Open for writing. */
  readonly workspace: Workspace;
  readonly pool: WorkerPool;
  readonly onProgress?: (progress: AtlasProgress) => void;
  readonly signal?: AbortSignal;
  /** The manifest of work that goes on in the same workspace, for a part of it; default: the workspace's own. */
  readonly writer?: ManifestWriter;
  /** Other work on the workspace follows: its manifest does not yet say that it is complete. Default false. */
  readonly more?: boolean;
}

/** What was made of one layer. Seconds are of this run: finished stages of an earlier one take none. */
export interface LayerResult {
  readonly layer: string;
  readonly activations: number;
  /** Occupied cells over all grids. */
  readonly cells: number;
  /** Optimised icons over all grids. */
  readonly icons: number;
  readonly seconds: { readonly collect: number; readonly layout: number; readonly patches: number; readonly icons: number };
}

/** What {@link buildAtlas} made. */
export interface AtlasResult {
  readonly seed: number;
  readonly layers: readonly LayerResult[];
  /** Pictures that could not be used. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** Null where class attribution was made, else why there is none. */
  readonly noClasses: string | null;
}
