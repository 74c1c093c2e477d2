import type { WorkerPool } from '@incognita/runtime';
import { classification } from '../loss/classification.js';
import { networkNamed } from '../network/catalogue.js';
import { exportNetwork, type Network, namedValues } from '../network/network.js';
import { AUGMENTATIONS } from '../pictures/augmentations.js';
import type { PictureBatchOptions } from '../pictures/pictureBatches.task.js';
import type { Checkpoint } from '../training/checkpoint.js';
import { TrainingDivergedError } from '../training/errors.js';
import { evaluate } from '../training/evaluate.node.js';
import { type StepReport, train } from '../training/train.node.js';
import type { ClassifierData } from './classifierData.js';
import type { ClassifierEvent } from './events.js';
import type { ClassifierSettings } from './settings.js';

/** How many steps lie between two reports. */
const REPORT_EVERY = 10;

/** What a network is made of when it has been trained: all parameters, or their average, and all running statistics. */
export type TrainedWeights = Pick<Checkpoint, 'values' | 'statistics'>;

/** How far a run is beside its weights; plain JSON. */
export interface ClassifierProgress {
  /** Steps since the last report, and sums over them. */
  readonly window: { readonly steps: number; readonly loss: number; readonly hits: number };
  readonly best: { readonly step: number; readonly top1: number } | null;
  /** Evaluations since the best one. */
  readonly waited: number;
}

/** A checkpoint of {@link trainClassifier}. */
export interface ClassifierCheckpoint extends Checkpoint {
  readonly progress: ClassifierProgress;
}

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
  const { settings, data, pool, resume, signal, checkpointEvery = 250 } = options;
  const { make, sidePx } = networkNamed(settings.network);
  const network = make({ classes: data.classNames.length, width: settings.width });
  const epochOf = (step: number): number => (step * settings.batchSize) / data.training.labels.length;
  const run = {
    ...(resume?.checkpoint.progress ?? { window: EMPTY, best: null, waited: 0 }),
    bestWeights: resume?.best ?? null,
    saved: resume?.checkpoint.step ?? -1,
    ms: { ...NO_TIME },
  };
  const exhausted = (): boolean => settings.patience !== null && run.waited >= settings.patience;

  const save = async (checkpoint: Checkpoint): Promise<void> => {
    if (checkpoint.step === run.saved) return;
    if (!checkpoint.values.every(Number.isFinite)) throw new TrainingDivergedError(checkpoint.step - 1, Number.NaN, 'gradient');
    const { window, best, waited } = run;
    await options.onCheckpoint?.({ ...checkpoint, progress: { window, best, waited } });
    run.saved = checkpoint.step;
  };
  const measure = async (report: StepReport): Promise<void> => {
    const weights = weightsOf(report.checkpoint());
    await options.onWeights?.({ network, weights }, report.step);
    if (data.validation === null) return;
    const { top1, top5, loss } = await evaluate(exportNetwork(network, namedValues(network, weights)), data.validation, {
      pool,
      sidePx,
    });
    const best = run.best === null || top1 > run.best.top1;
    run.waited = best ? 0 : run.waited + 1;
    if (best) {
      run.best = { step: report.step, top1 };
      if (settings.keep === 'best') {
        run.bestWeights = weights;
        await options.onBest?.(weights, report.step);
      }
    }
    await options.onEvent?.({ kind: 'evaluation', step: report.step, epoch: epochOf(report.step), top1, top5, loss, best });
  };
  const tell = async ({ step, learningRate, gradientNorm }: StepReport): Promise<void> => {
    const { steps, loss, hits } = run.window;
    const { timed, ...ms } = run.ms;
    const per = (sum: number): number => sum / Math.max(1, timed);
    await options.onEvent?.({
      ...{ kind: 'training', step, epoch: epochOf(step), learningRate, gradientNorm },
      loss: loss / steps,
      accuracy: hits / (steps * settings.batchSize),
      imagesPerSecond: (1000 * settings.batchSize) / per(ms.step),
      ms: { step: per(ms.step), data: per(ms.data), run: per(ms.run), update: per(ms.update) },
    });
    run.window = EMPTY;
    run.ms = { ...NO_TIME };
  };

  let before = performance.now();
  const onStep = async (report: StepReport): Promise<void> => {
    const { step, loss, metrics, dataMs, runMs, updateMs } = report;
    const { window, ms } = run;
    run.window = { steps: window.steps + 1, loss: window.loss + loss, hits: window.hits + metrics.hits! };
    run.ms = {
      timed: ms.timed + 1,
      step: ms.step + performance.now() - before,
      data: ms.data + dataMs,
      run: ms.run + runMs,
      update: ms.update + updateMs,
    };
    if (step % REPORT_EVERY === 0 || step === settings.steps) await tell(report);
    if (step % settings.evaluateEvery === 0 || step === settings.steps) await measure(report);
    if (step % checkpointEvery === 0) await save(report.checkpoint());
    if (exhausted()) report.stop();
    before = performance.now();
  };

  const batches: PictureBatchOptions = {
    pictures: data.training,
    sidePx,
    augmentation: { ...AUGMENTATIONS[settings.augmentation], flip: settings.flip ? 0.5 : 0 },
    ...(data.mirrorable && { mirrorable: data.mirrorable }),
    seed: settings.seed,
  };
  const last = exhausted()
    ? resume!.checkpoint
    : await train({
        problem: classification(network, { labelSmoothing: settings.labelSmoothing }),
        batches: {
          loader: {
            module: new URL('../../dist/pictures/pictureBatches.task.js', import.meta.url).href,
            export: 'pictureBatches',
          },
          options: batches,
          examplesPerEpoch: data.training.labels.length,
        },
        ...{ batchSize: settings.batchSize, steps: settings.steps, shards: settings.shards, seed: settings.seed },
        ...{ optimizer: settings.optimizer, learningRate: settings.learningRate },
        schedule: { kind: 'cosine', warmupSteps: settings.warmupSteps },
        ...(settings.clipNorm === null ? {} : { clipNorm: settings.clipNorm }),
        ...(settings.averageDecay === null ? {} : { averageDecay: settings.averageDecay }),
        ...(resume && { resume: resume.checkpoint }),
        ...(signal && { signal }),
        ...{ pool, onStep },
      });
  await save(last);
  if (last.step < settings.steps && !exhausted()) signal?.throwIfAborted();
  const kept = settings.keep === 'best' && run.best !== null && run.bestWeights !== null;
  const [weights, step] = kept ? [run.bestWeights!, run.best!.step] : [weightsOf(last), last.step];
  return { network, weights, step, steps: last.step };
}

const EMPTY: ClassifierProgress['window'] = { steps: 0, loss: 0, hits: 0 };
const NO_TIME = { timed: 0, step: 0, data: 0, run: 0, update: 0 };

function weightsOf({ values, average, statistics }: Checkpoint): TrainedWeights {
  return { values: average ?? values, statistics };
}
