import { z } from 'zod';

/** Version of the format of training runs that this code reads and writes. A run of a higher one is refused. */
export const TRAINING_VERSION = 1;

/** What a run's settings are made of; which there are is the trainer's business. */
export const settingsSchema = z.record(z.string(), z.json());

/** How well a classifier names pictures that it did not learn from: shares of them. */
export const accuracySchema = z.object({
  pictures: z.number().int(),
  top1: z.number(),
  top5: z.number(),
});

/** How well a language model foresees a text that it did not learn from: mean of −log p(token), in nats a token. */
export const foresightSchema = z.object({
  tokens: z.number().int(),
  loss: z.number(),
});

/** `run.json`, at the root of a training run's folder. */
export const trainingRunSchema = z.object({
  format: z.literal('incognita-training'),
  version: z.literal(TRAINING_VERSION),
  generator: z.string(),
  /** Engine and version that computed, for example `onnxruntime 1.30.0 (cpu)`. */
  engine: z.string(),
  /**
   * `running` is also what a run that was killed leaves. `stopped`: the user interrupted it. `diverged`: loss or gradient became no number, and
   * `message` says at which step. All but `finished` go on from their last checkpoint.
   */
  state: z.enum(['running', 'stopped', 'diverged', 'finished']),
  message: z.string().nullable(),
  network: z.object({
    name: z.string(),
    description: z.string(),
    parameters: z.number().int(),
    /** Of one picture: channels, height, width; of a text: the most tokens that the network sees at once. */
    inputShape: z.array(z.number().int()),
  }),
  data: z.object({
    /** As the user named it. */
    name: z.string(),
    description: z.string(),
    /** Of a text: different tokens. */
    classes: z.number().int(),
    /** Pictures, or tokens of a text. */
    training: z.number().int(),
    heldOut: z.number().int(),
    /** SHA-256 over all pixels and labels, or all tokens, as the network gets them. */
    sha256: z.string(),
    skipped: z.array(z.object({ file: z.string(), reason: z.string() })),
  }),
  /** The options of the command that the result depends on, as asked for or by default. */
  asked: settingsSchema,
  /** What follows from them and from the data: the trainer's settings. */
  settings: settingsSchema,
  /** Whether `icons/` holds optimised images, or is about to. */
  icons: z.boolean().optional(),
  /** Options that were changed after the run had diverged, and from which step on. */
  changes: z.array(z.object({ step: z.number().int(), from: settingsSchema, to: settingsSchema })),
  result: z
    .object({
      /** Steps that were taken, and of which step the weights in `model.onnx` are. */
      steps: z.number().int(),
      step: z.number().int(),
      /** Of `model.onnx` itself; null where nothing was held out. */
      accuracy: accuracySchema.nullable(),
      /** Of `model.onnx` itself where it is a language model; null where nothing was held out. */
      foresight: foresightSchema.nullable().optional(),
      modelSha256: z.string(),
    })
    .nullable(),
});

/** See {@link trainingRunSchema}. */
export type TrainingRun = z.infer<typeof trainingRunSchema>;

/** `icons/index.json`: optimised images of a few units, made anew at evaluations while a run goes on. */
export const trainingIconsSchema = z.object({
  /** Side of a tile. Tile i of a picture lies at column i mod `columns`, row floor(i / columns), and shows unit i. */
  tilePx: z.number().int(),
  columns: z.number().int(),
  /** How they were made, for readers. */
  method: z.string(),
  units: z.array(
    z.object({
      /** `channel`: the mean of a channel of the last layer that has positions. `class`: the score of a class. */
      kind: z.enum(['channel', 'class']),
      index: z.number().int(),
      /** Of a class. */
      name: z.string().nullable(),
    }),
  ),
  /** In ascending order. Steps are missing where the images of an earlier one were still being made. */
  steps: z.array(
    z.object({
      step: z.number().int(),
      /** Beside this file. */
      file: z.string(),
      /** What each unit reached on its finished picture, mean over fixed transforms. */
      scores: z.array(z.number()),
    }),
  ),
});

/** See {@link trainingIconsSchema}. */
export type TrainingIcons = z.infer<typeof trainingIconsSchema>;

/** A line of `metrics.jsonl`: means over the steps since the line before, or an evaluation of what was held out; of pictures or of a text. */
export const metricsLineSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('training'),
    step: z.number().int(),
    epoch: z.number(),
    loss: z.number(),
    /** Share of the training examples, as they were augmented, that were named rightly. */
    accuracy: z.number(),
    learningRate: z.number(),
    gradientNorm: z.number(),
    imagesPerSecond: z.number(),
    /** Milliseconds of a step: in all, for making the batch, for running the graph, for the update. */
    ms: z.object({ step: z.number(), data: z.number(), run: z.number(), update: z.number() }),
  }),
  z.object({
    kind: z.literal('evaluation'),
    step: z.number().int(),
    epoch: z.number(),
    top1: z.number(),
    top5: z.number(),
    /** Mean cross-entropy of the held-out pictures in nats, without label smoothing; absent in runs of before it was measured. */
    loss: z.number().optional(),
    /** Whether it is the best until then. */
    best: z.boolean(),
  }),
  z.object({
    kind: z.literal('text'),
    step: z.number().int(),
    epoch: z.number(),
    /** Nats a token. */
    loss: z.number(),
    learningRate: z.number(),
    gradientNorm: z.number(),
    tokensPerSecond: z.number(),
    ms: z.object({ step: z.number(), data: z.number(), run: z.number(), update: z.number() }),
  }),
  z.object({
    kind: z.literal('textEvaluation'),
    step: z.number().int(),
    epoch: z.number(),
    /** Mean over all held-out tokens, in nats a token. */
    loss: z.number(),
    best: z.boolean(),
  }),
]);

/** See {@link metricsLineSchema}. */
export type MetricsLine = z.infer<typeof metricsLineSchema>;
