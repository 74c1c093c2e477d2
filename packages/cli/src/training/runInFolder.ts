import type { ClassifierData, ClassifierEvent } from '@incognita/learn';
import type { WorkerPool } from '@incognita/runtime';
import { type MetricsLine, openTrainingFolder, type TrainingRun } from '@incognita/workspace';
import type { AskedRecord } from './asked.js';
import { describeRun } from './describeRun.js';
import { findBeginning } from './resume.js';
import { trainRun } from './trainRun.js';

/** One of several runs that a command trains. */
export interface RunInFolder {
  readonly dir: string;
  readonly network: string;
  readonly asked: AskedRecord;
  readonly pictures: ClassifierData;
  readonly pool: WorkerPool;
  readonly checkpointEvery: number;
  readonly signal: AbortSignal;
  /** Called with the step that the run goes on from. */
  readonly onBegin: (step: number) => void;
  readonly onEvent: (event: ClassifierEvent) => void;
}

/** A run at its end, with its metrics. */
export interface FinishedRun {
  readonly run: TrainingRun;
  readonly metrics: readonly MetricsLine[];
}

/** Trains a run in its own folder from where it is to its end; one that is finished is only read. */
export async function runInFolder({ dir, network, asked, pictures, ...rest }: RunInFolder): Promise<FinishedRun> {
  const { pool, checkpointEvery, signal, onBegin, onEvent } = rest;
  const folder = await openTrainingFolder(dir);
  try {
    const beginning = await findBeginning(folder, asked, { force: false, resume: false });
    onBegin(beginning.checkpoint?.step ?? 0);
    if (beginning.run?.state === 'finished') return { run: beginning.run, metrics: await folder.readMetrics() };
    const described = await describeRun({ network, asked, data: pictures, beginning, pool });
    const run = await trainRun({ folder, run: described, beginning, pictures, pool, checkpointEvery, signal, onEvent });
    return { run, metrics: await folder.readMetrics() };
  } finally {
    await folder.close();
  }
}

/** Seconds that the steps of a run took, without evaluations and checkpoints. */
export function trainingSeconds(metrics: readonly MetricsLine[]): number {
  let [seconds, before] = [0, 0];
  for (const line of metrics) {
    if (line.kind !== 'training') continue;
    seconds += ((line.step - before) * line.ms.step) / 1000;
    before = line.step;
  }
  return seconds;
}
