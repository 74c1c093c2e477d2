import { z } from 'zod';
import { microscopeSchema } from './microscope.js';

/** Version of the workspace format that this code reads and writes. A workspace with a higher one is refused. */
export const WORKSPACE_VERSION = 1;

/** A path inside the workspace, with forward slashes, relative to its root. */
const path = z.string();

/** How pictures became network input; printed with every result. */
export const preprocessingSchema = z.object({
  widthPx: z.number().int(),
  heightPx: z.number().int(),
  /** `crop`: short side to size, centre crop. `stretch`: both sides to size. `pad`: long side to size, padded with the mean. */
  resize: z.enum(['crop', 'stretch', 'pad']),
  /** The network sees (value / divisor − mean) / std by channel. */
  divisor: z.number(),
  mean: z.array(z.number()),
  std: z.array(z.number()),
  colorOrder: z.enum(['rgb', 'bgr', 'gray']),
  layout: z.enum(['nchw', 'nhwc']),
  /** Where these values came from: `metadata`, `sidecar:FILE`, `preset:NAME`, `option`. */
  source: z.string(),
  /** One plain sentence for the user. */
  statement: z.string(),
});

/** A picture of tiles in a grid: tile i of `ids` lies at column i mod columns, row floor(i / columns). */
export const sheetSchema = z.object({
  file: path,
  columns: z.number().int(),
  tilePx: z.number().int(),
  ids: z.array(z.number().int()),
});

/** One grid resolution of a layer's atlas. */
export const gridSchema = z.object({
  /** Cells along each side. */
  size: z.number().int(),
  /** Parquet, one row an occupied cell: see {@link CellRow}. */
  cells: path,
  /** Parquet, one row an exemplar: see {@link ExemplarRow}. At least nine a cell where the cell has as many members. */
  exemplars: path,
  /** safetensors: `direction` [cells, channels] f32, `attribution` [cells, classes] f32 where the model has classes. */
  vectors: path,
  /** One real patch a cell (the member nearest to the mean direction); ids are cell numbers. */
  patches: z.array(sheetSchema),
  /** Optimised icons so far; ids are cell numbers. Grows while the atlas is being built. */
  icons: z.array(sheetSchema),
  /** Parquet, one row an icon so far: see {@link IconRow}. */
  iconScores: z.array(path),
  /** Icons that this run was asked to make: 0 when none. */
  iconsPlanned: z.number().int(),
});

/** The atlas of one layer. */
export const layerAtlasSchema = z.object({
  /** The name that the user gives: `fire8`. */
  layer: z.string(),
  /** The tensor in the graph. */
  tensor: z.string(),
  channels: z.number().int(),
  heightPositions: z.number().int(),
  widthPositions: z.number().int(),
  /** Receptive field of one position in pixels of the network's input, and the step between positions. */
  receptiveFieldPx: z.number(),
  stridePx: z.number(),
  activations: z.number().int(),
  /** Parquet, one row an activation: see {@link PointRow}. */
  points: path,
  /** safetensors: `activations` [n, channels] f32. */
  vectors: path,
  /** λmax / λmin of the ridged second-moment matrix, and the ridge as a share of its mean eigenvalue. */
  whitening: z.object({ conditionNumber: z.number(), ridgeRatio: z.number() }).nullable(),
  umap: z.object({
    neighbors: z.number().int(),
    minDist: z.number(),
    metric: z.enum(['cosine', 'euclidean']),
    epochs: z.number().int(),
  }),
  /** Activations left off the map because they lie outside its extent. */
  outside: z.number().int(),
  grids: z.array(gridSchema),
});

/** `incognita.json` at the root of a workspace: all that the explorer reads first. Rewritten whole, by rename. */
export const workspaceManifestSchema = z.object({
  format: z.literal('incognita-workspace'),
  version: z.number().int(),
  generator: z.string(),
  seed: z.number().int(),
  /** False while a run is going on or was broken off. */
  complete: z.boolean(),
  /** Name of the preset whose settings were used. */
  preset: z.string(),
  model: z.object({
    name: z.string(),
    file: z.string(),
    sha256: z.string(),
    bytes: z.number(),
    parameters: z.number(),
    producer: z.string(),
    layers: z.array(
      z.object({
        name: z.string(),
        tensor: z.string(),
        op: z.string(),
        /** For one picture of the size that the network sees, or as many as it insists on. */
        shape: z.array(z.union([z.number(), z.string(), z.null()])),
        /** The diagram of the network; optional, because workspaces of earlier versions have none. */
        kind: z.enum(['block', 'conv', 'dense', 'pool']).optional(),
        /** Names of the layers that it reads, with none between; empty where it reads the input alone. */
        reads: z.array(z.string()).optional(),
        /** The innermost block that it is a part of; null outside blocks. */
        block: z.string().nullable().optional(),
      }),
    ),
  }),
  preprocessing: preprocessingSchema,
  dataset: z.object({
    name: z.string(),
    sha256: z.string(),
    /** Pictures used; picture i is `pictures[i]`. */
    pictures: z.array(
      z.object({
        file: z.string(),
        label: z.string().nullable(),
        /** The picture as the network sees it, or at a multiple of that size. */
        image: path,
        /** Size that the network sees, in whose pixels patches are given. */
        widthPx: z.number().int(),
        heightPx: z.number().int(),
      }),
    ),
    skipped: z.array(z.object({ file: z.string(), reason: z.string() })),
  }),
  /** Names of the model's classes and where they came from; null where the model has no class scores. */
  classes: z.object({ names: z.array(z.string()), source: z.string(), tensor: z.string() }).nullable(),
  layers: z.array(layerAtlasSchema),
  /** Every channel of every layer, where `incognita microscope` was run. */
  microscope: microscopeSchema.optional(),
  /** What the run is doing now, for a reader that watches it; null when complete. */
  progress: z.object({ stage: z.string(), layer: z.string().nullable(), done: z.number(), total: z.number() }).nullable(),
});

export type Preprocessing = z.infer<typeof preprocessingSchema>;
export type Sheet = z.infer<typeof sheetSchema>;
export type GridManifest = z.infer<typeof gridSchema>;
export type LayerAtlas = z.infer<typeof layerAtlasSchema>;
export type WorkspaceManifest = z.infer<typeof workspaceManifestSchema>;
