import { z } from 'zod';
import { preprocessingSchema } from './manifest.js';
import { layerLayoutSchema } from './microscope.js';

// What the page Live asks of the server, and what it is answered. `network` is the path of a network in the place's offers. Pictures are sent as the body
// of a POST: a file's bytes, or raw pixels (`application/octet-stream` with `width`, `height` and `channels` in the query).

/** Ways to say where a unit's value comes from; `jvp` is activation × gradient. */
export const LIVE_METHODS = ['saliency', 'smoothgrad', 'integrated', 'gradcam', 'guided', 'lrp', 'jvp'] as const;

const whole = z.coerce.number().int().nonnegative();

/** Raw pixels in a body; absent where it is a file. */
const pixels = { width: whole.optional(), height: whole.optional(), channels: whole.optional() };

/** Query of `POST api/live/frame`. The answer is safetensors: see {@link LiveFrameFacts}. */
export const liveFrameQuerySchema = z.object({
  ...{ network: z.string(), ...pixels },
  /** Name of the layer whose maps are wanted; absent: scores alone. */
  layer: z.string().optional(),
  /** Frames of one stream: a later one takes the place of one that still waits, which is answered by 204. */
  stream: z.string().max(100).default(''),
  /** `1`: also the layer's exact values. */
  values: z.literal('1').optional(),
});

/** Query of `POST api/live/attribute`. The answer is safetensors: see {@link LiveAttributionFacts}. */
export const liveAttributeQuerySchema = z.object({
  ...{ network: z.string(), ...pixels, layer: z.string() },
  stream: z.string().max(100).default(''),
  method: z.enum(LIVE_METHODS),
  /** A class, or a channel of the layer. */
  target: z.string().regex(/^(class|channel):\d{1,7}$/),
  seed: whole.default(0),
  /** Steps of integrated gradients at most. */
  steps: z.coerce.number().int().min(1).max(2048).optional(),
});

/** Answer of `GET api/live/network`. */
export const liveNetworkSchema = z.object({
  name: z.string(),
  sha256: z.string(),
  parameters: z.number(),
  preprocessing: preprocessingSchema,
  layers: z.array(
    z.object({
      name: z.string(),
      tensor: z.string(),
      kind: z.enum(['block', 'conv', 'dense', 'pool']),
      channels: z.number().int(),
      layout: layerLayoutSchema,
      /** False where positions have no known place over the picture. */
      placed: z.boolean(),
    }),
  ),
  /** The layer that is shown first; null where none has channels. */
  suggested: z.string().nullable(),
  classes: z.object({ names: z.array(z.string()), source: z.string() }).nullable(),
  /** What runs it, and why: one sentence. */
  engine: z.object({ name: z.string(), version: z.string(), reason: z.string(), threads: z.number() }),
});

/** Answer of `GET api/live/samples`: pictures that come along. */
export const liveSamplesSchema = z.array(z.object({ id: z.string(), name: z.string(), path: z.string() }));

/**
 * The tensors of a frame: `seen` u8 [h, w, 3]; `scores` f32 [classes] where there are any; `maps` u8 [channels, rows, columns] and `ranges` f32
 * [channels, 2] where a layer was asked for (byte b stands for min + b / 255 · (max − min)); `values` f32 [channels, positions] of all positions
 * where asked for. The metadata's `facts` is this, as JSON.
 */
export const liveFrameFactsSchema = z.object({
  /** Positions of the layer along a side of one of `maps`. */
  pool: z.number().int(),
  /** Milliseconds: waiting for a worker, decoding, resizing, running, packing. */
  ms: z.object({ wait: z.number(), decode: z.number(), prepare: z.number(), run: z.number(), pack: z.number() }),
});

/** The tensors of an attribution: `seen` u8 [h, w, 3] and `map` f32 [rows, columns]. The metadata's `facts` is this, as JSON. */
export const liveAttributionFactsSchema = z.object({
  score: z.number(),
  check: z.object({ name: z.enum(['completeness error', 'not conserved']), value: z.number() }).nullable(),
  /** The layer whose positions the map has; null for pixels. */
  over: z.string().nullable(),
  /** Steps of a path, or noisy copies. */
  passes: z.number().int(),
  ms: z.number(),
});

export type LiveMethod = (typeof LIVE_METHODS)[number];
export type LiveNetworkCard = z.infer<typeof liveNetworkSchema>;
export type LiveFrameFacts = z.infer<typeof liveFrameFactsSchema>;
export type LiveAttributionFacts = z.infer<typeof liveAttributionFactsSchema>;
export type LiveSample = z.infer<typeof liveSamplesSchema>[number];
