import { type ClassifierData, type ClassifierEvent, trainClassifier } from '@incognita/learn';
import type { WorkerPool } from '@incognita/runtime';
import type { TrainingFolder, TrainingRun } from '@incognita/workspace';
import { settingsOf } from './asked.js';
import { savedCheckpoint, savedKernels, savedWeights } from './checkpointFile.js';
import { finishRun } from './finishRun.js';
import type { Beginning } from './resume.js';
import { toItsEnd } from './toItsEnd.js';
import { watchUnits } from './watchUnits.js';

/** A run with all that it needs to go to its end. */
export interface RunToTrain {
  readonly folder: TrainingFolder;
  readonly run: TrainingRun;
  readonly beginning: Beginning;
  readonly pictures: ClassifierData;
  readonly pool: WorkerPool;
  readonly checkpointEvery: number;
  readonly signal: AbortSignal;
  readonly onEvent?: (event: ClassifierEvent) => void;
  /** Optimised pictures at each evaluation; default 0. */
  readonly icons?: number;
}

/**
 * Trains a run from where it is to its end: metrics, checkpoints, kernels, and the finished network in its folder. What ends it before is written to
 * `run.json`, and said in words that name the last checkpoint.
 *
 * @throws the signal's reason, RunDivergedError, UsageError where the disk gives no room.
 */
export async function trainRun({ folder, run, ...rest }: RunToTrain): Promise<TrainingRun> {
  return toItsEnd(folder, run, () => work({ folder, run, ...rest }));
}

async function work(given: RunToTrain): Promise<TrainingRun> {
  const { folder, run, beginning, pictures, pool, checkpointEvery, signal, onEvent } = given;
  const { checkpoint, best } = beginning;
  const from = checkpoint?.step ?? 0;
  await folder.cutMetrics(from);
  const icons = await watchUnits({ folder, classNames: pictures.classNames, count: given.icons ?? 0, from, signal });
  const training = trainClassifier({
    ...{ settings: settingsOf(run.asked, run.data.training), data: pictures, pool, signal, checkpointEvery },
    ...(checkpoint && { resume: { checkpoint, best } }),
    onEvent: async (event) => {
      await folder.appendMetrics(event);
      onEvent?.(event);
    },
    onCheckpoint: (saved) => folder.writeCheckpoint(saved.step, savedCheckpoint(saved)),
    onBest: (weights, step) => folder.writeBest(savedWeights(weights, step)),
    onWeights: async ({ network, weights }, step) => {
      const kernels = savedKernels(network, weights);
      if (kernels !== null) await folder.writeKernels(step, kernels);
      icons.see(network, weights, step);
    },
  });
  const trained = await training.finally(() => icons.end());
  return finishRun({ folder, run, trained, pictures, pool });
}
