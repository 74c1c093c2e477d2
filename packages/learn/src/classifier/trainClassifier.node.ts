import type { WorkerPool } from '@incognita/runtime';
import { classification } from '../loss/classification.js';
import { networkNamed } from '../network/catalogue.js';
import { exportNetwork, type Network, namedValues } from '../network/network.js';
import { AUGMENTATIONS } from '../pictures/augmentations.js';
import type { PictureBatchOptions } from '../pictures/pictureBatches.task.js';
import { type CourseCheckpoint, type CourseWeights, trainCourse } from '../training/course.node.js';
import { evaluate } from '../training/evaluate.node.js';
import type { ClassifierData } from './classifierData.js';
import type { ClassifierEvent } from './events.js';
import type { ClassifierSettings } from './settings.js';

/** What a network is made of when it has been trained: all parameters, or their average, and all running statistics. */
export type TrainedWeights = CourseWeights;

/** A checkpoint of {@link trainClassifier}. */
export type ClassifierCheckpoint = CourseCheckpoint;

/** Options of {@link trainClassifier}. */
export interface TrainClassifierOptions {
  readonly settings: ClassifierSettings;
  readonly data: ClassifierData;
  readonly pool: WorkerPool;
  /** Goes on from here, with the best weights until then where `keep` is `best`. */
  readonly resume?: { readonly checkpoint: ClassifierCheckpoint; readonly best: TrainedWeights | null };
  /** Ends training after the step in progress; the checkpoint of that step is still given out. */
  readonly signal?: AbortSignal;
  /** Default 250. */
  readonly checkpointEvery?: number;
  /** Each is awaited before training goes on. */
  readonly onEvent?: (event: ClassifierEvent) => void | Promise<void>;
  readonly onCheckpoint?: (checkpoint: ClassifierCheckpoint) => void | Promise<void>;
  /** Called with the weights at every `evaluateEvery`, also where nothing is held out: for pictures of how they change. */
  readonly onWeights?: (
    now: { readonly network: Network; readonly weights: TrainedWeights },
    step: number,
  ) => void | Promise<void>;
  /** Called before the checkpoint that speaks of it. */
  readonly onBest?: (weights: TrainedWeights, step: number) => void | Promise<void>;
}

/** A classifier that has been trained. */
export interface TrainedClassifier {
  readonly network: Network;
  readonly weights: TrainedWeights;
  /** Of which step the weights are. */
  readonly step: number;
  /** Steps that were taken. */
  readonly steps: number;
}

/**
 * Trains a classifier of pictures, measures it now and then on what was held out, and hands out checkpoints. The same settings and data give the same
 * weights, on any number of workers, stopped and resumed or not.
 *
 * @throws TrainingDivergedError, and the signal's reason when it was aborted.
 * @example
 * const { network, weights } = await trainClassifier({ settings, data, pool, onEvent: console.log });
 * const bytes = write(classifierModel(network, weights, data.classNames));
 */
export async function trainClassifier(options: TrainClassifierOptions): Promise<TrainedClassifier> {
  const { settings, data, pool, resume, signal, checkpointEvery, onEvent, onCheckpoint, onBest } = options;
  const { batchSize } = settings;
  const { make, sidePx } = networkNamed(settings.network);
  const network = make({ classes: data.classNames.length, width: settings.width });
  const epochOf = (step: number): number => (step * batchSize) / data.training.labels.length;
  const batches: PictureBatchOptions = {
    pictures: data.training,
    sidePx,
    augmentation: { ...AUGMENTATIONS[settings.augmentation], flip: settings.flip ? 0.5 : 0 },
    ...(data.mirrorable && { mirrorable: data.mirrorable }),
    seed: settings.seed,
  };
  const trained = await trainCourse({
    ...{ evaluateEvery: settings.evaluateEvery, patience: settings.patience, keep: settings.keep },
    ...{ metrics: ['hits'], score: { of: 'top1', better: 'larger' } as const },
    train: {
      problem: classification(network, { labelSmoothing: settings.labelSmoothing }),
      batches: {
        loader: { module: new URL('../../dist/pictures/pictureBatches.task.js', import.meta.url).href, export: 'pictureBatches' },
        options: batches,
        examplesPerEpoch: data.training.labels.length,
      },
      ...{ batchSize, steps: settings.steps, shards: settings.shards, seed: settings.seed, pool },
      ...{ optimizer: settings.optimizer, learningRate: settings.learningRate },
      schedule: { kind: 'cosine', warmupSteps: settings.warmupSteps },
      ...(settings.clipNorm === null ? {} : { clipNorm: settings.clipNorm }),
      ...(settings.averageDecay === null ? {} : { averageDecay: settings.averageDecay }),
      ...(signal && { signal }),
    },
    ...(resume && { resume }),
    ...(checkpointEvery === undefined ? {} : { checkpointEvery }),
    evaluate: async (weights, step) => {
      await options.onWeights?.({ network, weights }, step);
      if (data.validation === null) return null;
      const model = exportNetwork(network, namedValues(network, weights));
      const { top1, top5, loss } = await evaluate(model, data.validation, { pool, sidePx });
      return { top1, top5, loss };
    },
    onReport: ({ metrics, ms, ...report }) =>
      onEvent?.({
        ...{ kind: 'training', epoch: epochOf(report.step), ...report, ms },
        accuracy: metrics.hits! / batchSize,
        imagesPerSecond: (1000 * batchSize) / ms.step,
      }),
    onEvaluation: (evaluation) => onEvent?.({ kind: 'evaluation', epoch: epochOf(evaluation.step), ...evaluation }),
    ...{ onCheckpoint, onBest },
  });
  return { network, ...trained };
}
