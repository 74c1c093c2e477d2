import { z } from 'zod';

/** A path inside the workspace, with forward slashes, relative to its root. */
const path = z.string();

/** A picture of tiles in a grid: tile i of `ids` lies at column i mod columns, row floor(i / columns). As the manifest's. */
const sheet = z.object({ file: path, columns: z.number().int(), tilePx: z.number().int(), ids: z.array(z.number().int()) });

/** How a layer's values are laid out. */
export const layerLayoutSchema = z.object({
  /** `map`: channels over positions of the picture. `tokens`: a transformer's sequence. `vector`: one position. */
  kind: z.enum(['map', 'tokens', 'vector']),
  /** Positions over the picture. */
  rows: z.number().int(),
  columns: z.number().int(),
  /** Tokens before those of the picture: the class token first, then registers. 0 for maps. */
  extraTokens: z.number().int(),
});

/** Optimised images of one layer that were made with the same settings. */
export const channelImagesSchema = z.object({
  /** `positive` and `negative`: what excites a channel and what silences it. `diverse`: several of one channel, unlike each other. */
  kind: z.enum(['positive', 'negative', 'diverse']),
  method: z.enum(['fourier', 'pixels', 'maco', 'accentuation']),
  /** Whether the channel's mean over positions was optimised or its unit at the centre. */
  at: z.enum(['everywhere', 'center']),
  /** Whether the channel's value before the layer's rectifier was optimised, as for negative images of a layer that has one. Default false. */
  beforeRectifier: z.boolean().optional(),
  steps: z.number().int(),
  /** Images; ids are rows of `scores`. Those of one channel follow one another. */
  sheets: z.array(sheet),
  /** Parquet, one row an image: see {@link ChannelImageRow}. */
  scores: path,
});

/** One layer under the microscope. */
export const layerMicroscopeSchema = z.object({
  /** The name that the user gives: `fire8`. */
  layer: z.string(),
  tensor: z.string(),
  kind: z.enum(['block', 'conv', 'dense', 'pool']),
  channels: z.number().int(),
  layout: layerLayoutSchema,
  /** Receptive field of one position in pixels of the network's input, and the step between positions. */
  receptiveFieldPx: z.number(),
  stridePx: z.number(),
  /** Parquet, one row a channel in their order: see {@link ChannelRow}. */
  statistics: path,
  /** Parquet: see {@link ChannelExemplarRow}; rows in order of channel, kind and rank. */
  exemplars: path,
  /** safetensors: `counts` u32 [channels, bins]; bin b of channel c holds values from `start[c]` + b · `width[c]` (both f32 [channels]). */
  histograms: path,
  /**
   * safetensors: `kernels` f32 [channels, planes, rows, columns] of a convolution that reads the picture itself; null for other layers. Optional,
   * because workspaces of earlier versions have none.
   */
  kernels: path.nullable().optional(),
  /** One real patch a channel, its strongest; ids are channels. */
  patches: z.array(sheet),
  /** Parquet: see {@link ChannelLinkRow}. Null where no channel before or after is known. */
  links: path.nullable(),
  /** Parquet: see {@link ClassPushRow}. Null where the model has no classes or their effect has no gradient. */
  classPush: path.nullable(),
  images: z.array(channelImagesSchema),
  /** Why there are no optimised images; null where there are or none were asked for. */
  noImages: z.string().nullable(),
});

/** What `incognita microscope` adds to a workspace: every channel of every layer over the pictures. */
export const microscopeSchema = z.object({
  /** Exemplars of each kind listed for a channel at most. */
  exemplarsPerChannel: z.number().int(),
  /** Bins of a histogram. */
  bins: z.number().int(),
  /** Marks below which an image is shown as doubtful: see `docs/trust.md`. It is marked, not hidden. */
  trust: z.object({ naturalPercentile: z.number(), seedAgreement: z.number(), twoAlternative: z.number() }),
  layers: z.array(layerMicroscopeSchema),
});

/** See {@link microscopeSchema}. */
export type Microscope = z.infer<typeof microscopeSchema>;
/** See {@link layerMicroscopeSchema}. */
export type LayerMicroscope = z.infer<typeof layerMicroscopeSchema>;
/** See {@link channelImagesSchema}. */
export type ChannelImages = z.infer<typeof channelImagesSchema>;

/** How one channel answers to the pictures; values are of single positions. */
export interface ChannelRow {
  channel: number;
  mean: number;
  deviation: number;
  min: number;
  max: number;
  /** Share of positions with a value above zero. */
  active: number;
}

/** A patch that shows what a channel answers to. */
export interface ChannelExemplarRow {
  channel: number;
  /** `top`: the strongest patches, one a picture. `bottom`: the weakest. `quantile`: spread evenly over the channel's values at random places. */
  kind: 'top' | 'bottom' | 'quantile';
  rank: number;
  /** Index into the manifest's `dataset.pictures`. */
  picture: number;
  /** Position in the layer; in a layer of tokens both count the picture's tokens, and −1 stands for the class token. */
  row: number;
  column: number;
  value: number;
  /** Share of sampled positions with a lower value, 0…1. */
  quantile: number;
  /** The patch in `pictures[i].image`, in its pixels, clipped to the picture. */
  left: number;
  top: number;
  width: number;
  height: number;
}

/** One optimised image and how far to trust it: see `docs/trust.md`. Null: not measured. */
export interface ChannelImageRow {
  channel: number;
  seed: number;
  /** What the channel reached, mean over fixed transforms: at the centre, or over all positions. */
  activation: number;
  /** Share of natural patches with a lower activation, 0…1. For negative images: with a higher one. */
  naturalPercentile: number;
  /** Cosine between the layer's activation and the channel's direction. */
  cosine: number;
  /** Mean cosine between the images of other seeds in the network's own features, 0…1. */
  seedAgreement: number | null;
  /** Rank correlation of the layers' activations between the image and natural patches, −1…1. */
  pathSimilarity: number | null;
  /** The same between natural patches themselves. */
  pathSimilarityNatural: number | null;
  /** Share of pairs of natural patches of which the image tells which excites the channel more; 0.5 is chance. */
  twoAlternative: number | null;
  /** The same with the strongest natural patches instead of the image. */
  twoAlternativeNatural: number | null;
  steps: number;
}

/** A strong connection of a channel with one of the layer before or after. */
export interface ChannelLinkRow {
  channel: number;
  direction: 'before' | 'after';
  /** `weight`: by the sum of absolute weights between the two. `attribution`: by activation × gradient over the pictures. */
  measure: 'weight' | 'attribution';
  rank: number;
  /** The other layer and its channel. */
  layer: string;
  other: number;
  /** Signed: the sum of the weights, or the mean attribution. */
  value: number;
}

/** How a channel pushes a class: mean over the pictures of activation × gradient of the logit, summed over positions. */
export interface ClassPushRow {
  channel: number;
  /** 0: pushes it most. The last ranks are the classes that it pushes away most. */
  rank: number;
  class: number;
  push: number;
}
