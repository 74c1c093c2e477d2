import { z } from 'zod';
import { accuracySchema, settingsSchema } from './training.js';

/** Version of the format of lineages that this code reads and writes. */
export const LINEAGE_VERSION = 1;

/** One system of a lineage: how it was made and how well it names pictures. */
export const lineageSystemSchema = z.object({
  /** `perceptron`, `linear`, `mlp`, `bag-of-words`, `fisher-vectors`, `lenet5`, `alexnet64`. */
  name: z.string(),
  title: z.string(),
  year: z.number().int(),
  /** By what it learns. */
  kind: z.enum(['perceptron rule', 'gradient', 'hand-made features']),
  description: z.string(),
  /** The paper that it comes from. */
  source: z.string(),
  state: z.enum(['waiting', 'running', 'stopped', 'diverged', 'finished']),
  /** Folder of its training run beside this file, where it has one. */
  run: z.string().nullable(),
  /** The finished run that its numbers were taken from instead of training it here, and the command of that run. */
  takenFrom: z.object({ run: z.string(), command: z.string() }).nullable(),
  /** Below: null until it is finished. */
  result: z
    .object({
      /** Numbers that it has learnt. */
      parameters: z.number().int(),
      /** Pictures shown while training, counted each time. */
      shown: z.number().int(),
      /** Floating-point operations of matrix products and convolutions while training; not of descriptors, solvers and updates. */
      flops: z.number(),
      /** Of training. Differs from machine to machine, and is the only number here that does. */
      seconds: z.number(),
      /** On the held-out pictures; null where nothing is held out. */
      accuracy: accuracySchema.nullable(),
    })
    .nullable(),
});

/** See {@link lineageSystemSchema}. */
export type LineageSystem = z.infer<typeof lineageSystemSchema>;

/** `lineage.json`, at the root of a lineage's folder; `runs/<name>/` beside it are training runs. Replaced whole when a system begins and ends. */
export const lineageSchema = z.object({
  format: z.literal('incognita-lineage'),
  version: z.literal(LINEAGE_VERSION),
  generator: z.string(),
  engine: z.string(),
  /** `running` is also what one that was killed leaves. `finished`: every system is finished or has diverged. */
  state: z.enum(['running', 'stopped', 'finished']),
  data: z.object({
    name: z.string(),
    description: z.string(),
    classes: z.number().int(),
    training: z.number().int(),
    heldOut: z.number().int(),
    /** How the held-out pictures were chosen. */
    heldOutHow: z.string(),
  }),
  /** The options that all systems share, `epochs` (how often each picture is shown) and `seed` among them. */
  asked: settingsSchema,
  /** In the order of their years. */
  systems: z.array(lineageSystemSchema),
});

/** See {@link lineageSchema}. */
export type Lineage = z.infer<typeof lineageSchema>;
