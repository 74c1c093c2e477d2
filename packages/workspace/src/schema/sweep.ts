import { z } from 'zod';
import { accuracySchema, settingsSchema } from './training.js';

/** Version of the format of sweeps that this code reads and writes. */
export const SWEEP_VERSION = 1;

/** One training run of a sweep. Its folder is a training run like any other, with metrics, kernels and a network. */
export const sweepRunSchema = z.object({
  /** What is different in it, for example `width0.5-data1-steps400`; also the name of its folder in `runs/`. */
  name: z.string(),
  width: z.number(),
  /** Share of the training pictures that it learns from. */
  data: z.number(),
  steps: z.number().int(),
  state: z.enum(['waiting', 'running', 'stopped', 'diverged', 'finished']),
  parameters: z.number().int(),
  /** Different pictures that it learns from. */
  examples: z.number().int(),
  /** Floating-point operations of all its steps: six a multiply-addition and picture shown. */
  flops: z.number(),
  /** Below: null until it is finished. */
  result: z
    .object({
      /** Cross-entropy in nats. `heldOut` is the lowest of all evaluations, null where nothing is held out; `training` the last reported mean. */
      loss: z.object({ heldOut: z.number().nullable(), training: z.number() }),
      /** At the end of the run. */
      accuracy: accuracySchema.nullable(),
      /** Of its steps, without evaluations and checkpoints. Differs from machine to machine, and is the only number here that does. */
      seconds: z.number(),
    })
    .nullable(),
});

/** See {@link sweepRunSchema}. */
export type SweepRun = z.infer<typeof sweepRunSchema>;

const range = z.tuple([z.number(), z.number()]);

/** loss = floor + factor · x^(−exponent), fitted to some runs of a sweep. */
export const scalingLawSchema = z.object({
  /**
   * What x is. `parameters`: runs of different widths with all data and the most steps. `examples`: runs on different shares of the data, of the base
   * width. `flops`: the runs that no run with fewer operations betters.
   */
  of: z.enum(['parameters', 'examples', 'flops']),
  /** Which loss: of held-out pictures, or where there are none of the training. */
  loss: z.enum(['heldOut', 'training']),
  /** Names of the runs that it is fitted to. */
  runs: z.array(z.string()),
  floor: z.number(),
  factor: z.number(),
  exponent: z.number(),
  /** The middle 90 % of fits to the runs drawn again with replacement; `floorRange` is null where the floor was held at zero. */
  exponentRange: range,
  floorRange: range.nullable(),
  /** Root mean square of the residuals of log loss. */
  residual: z.number(),
  /** Range of the law at some x, for a band around its line. */
  band: z.array(z.object({ x: z.number(), low: z.number(), middle: z.number(), high: z.number() })),
});

/** See {@link scalingLawSchema}. */
export type ScalingLaw = z.infer<typeof scalingLawSchema>;

/** A system of the past, as published. */
export const historicalSystemSchema = z.object({
  name: z.string(),
  year: z.number().int(),
  parameters: z.number().nullable(),
  /** What it learnt from: different examples (pictures) or tokens (text). */
  data: z.object({ amount: z.number(), unit: z.enum(['pictures', 'tokens']) }).nullable(),
  /** Floating-point operations of its training. */
  flops: z.number().nullable(),
  /** Whether numbers are rumours that its makers have not confirmed. */
  speculative: z.boolean(),
  /** Where each number is from, or how it was computed. */
  sources: z.array(z.object({ of: z.enum(['parameters', 'data', 'flops']), text: z.string(), url: z.string() })),
});

/** See {@link historicalSystemSchema}. */
export type HistoricalSystem = z.infer<typeof historicalSystemSchema>;

/** `sweep.json`, at the root of a sweep's folder; `runs/<name>/` beside it are training runs. Replaced whole when a run begins and ends. */
export const sweepSchema = z.object({
  format: z.literal('incognita-sweep'),
  version: z.literal(SWEEP_VERSION),
  generator: z.string(),
  engine: z.string(),
  /** `running` is also what a sweep that was killed leaves. `finished`: every run is finished or has diverged. */
  state: z.enum(['running', 'stopped', 'finished']),
  network: z.object({ name: z.string(), description: z.string() }),
  data: z.object({
    name: z.string(),
    description: z.string(),
    classes: z.number().int(),
    training: z.number().int(),
    heldOut: z.number().int(),
    /** SHA-256 over all pixels and labels, as the network gets them. */
    sha256: z.string(),
  }),
  /** The options that all runs share. */
  asked: settingsSchema,
  /** The combinations asked for, as in `width=0.5,1 steps=100,200`. */
  grids: z.array(z.string()),
  /** In the order in which they are trained. */
  runs: z.array(sweepRunSchema),
  /** Laws that at least three finished runs allow. */
  laws: z.array(scalingLawSchema),
  /** Systems of the past, for the same chart. */
  historical: z.array(historicalSystemSchema),
});

/** See {@link sweepSchema}. */
export type Sweep = z.infer<typeof sweepSchema>;
