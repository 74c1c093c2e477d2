import { availableParallelism } from 'node:os';
import {
  type ClassifierData,
  type ClassifierEvent,
  networkNamed,
  type TrainedClassifier,
  TrainingDivergedError,
  trainClassifier,
} from '@incognita/learn';
import { WorkerPool } from '@incognita/runtime';
import { DiskError, openTrainingFolder, type TrainingFolder, type TrainingRun } from '@incognita/workspace';
import { isAbort, UsageError } from '../errors.js';
import { abortOnInterrupt } from '../interrupt.js';
import { printJson } from '../output.js';
import { Progress } from '../progress.js';
import { sparkline } from '../sparkline.js';
import { type Asked, askedRecord, settingsOf } from '../training/asked.js';
import { savedCheckpoint, savedKernels, savedWeights } from '../training/checkpointFile.js';
import { describeRun } from '../training/describeRun.js';
import { finishRun } from '../training/finishRun.js';
import { type Beginning, findBeginning } from '../training/resume.js';
import { dataName, loadTrainingData } from '../training/trainingData.js';

/** Options of `incognita train`. */
export interface TrainCommandOptions extends Partial<Asked> {
  readonly out: string;
  readonly workers?: number;
  readonly checkpointEvery: number;
  readonly resume?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** `incognita train`: from a network's name and pictures to an ONNX file with its card. */
export async function trainCommand(network: string, data: string, options: TrainCommandOptions): Promise<void> {
  const { description } = networkNamed(network);
  const asked = askedRecord(network, dataName(data), options);
  if (Number(asked.batch) % Number(asked.shards) !== 0)
    throw new UsageError(`a batch of ${asked.batch} cannot be cut into ${asked.shards} equal parts: change --batch or --shards`);
  say(`network    ${network}: ${description}`);
  const progress = new Progress(process.stderr);
  const interrupt = abortOnInterrupt(() =>
    progress.note('Stopping after this step. The same command goes on from here. Ctrl-C again ends at once.'),
  );
  const folder = await openTrainingFolder(options.out);
  const pool = new WorkerPool({ workers: options.workers ?? availableParallelism() });
  try {
    const beginning = await findBeginning(folder, asked, { force: options.force === true, resume: options.resume === true });
    if (beginning.run?.state === 'finished') {
      say(`run        ${options.out} is finished; --force trains anew`);
      report(beginning.run, options);
      return;
    }
    const pictures = await loadTrainingData(data, network, options, { pool, signal: interrupt.signal, progress });
    progress.finish();
    const run = await describeRun({ network, asked, data: pictures, beginning, pool });
    announce(run, pictures, beginning);
    await folder.writeRun(run);
    const finished = await keepState(folder, run, async () => {
      const trained = await work({ folder, run, beginning, pictures, pool, progress, options, signal: interrupt.signal });
      progress.finish();
      return finishRun({ folder, run, trained, pictures, pool });
    });
    report(finished, options);
  } finally {
    progress.finish();
    interrupt.release();
    await pool.dispose();
    await folder.close();
  }
}

function announce(run: TrainingRun, data: ClassifierData, { run: before, checkpoint }: Beginning): void {
  say(`data       ${data.description}`);
  say(`held out   ${run.data.heldOut === 0 ? 'nothing' : `${run.data.heldOut} pictures: ${data.heldOut}`}`);
  for (const { file, reason } of data.skipped) say(`skipped ${file}: ${reason}`);
  for (const warning of data.warnings) say(`warning    ${warning}`);
  const { steps, batchSize } = run.settings;
  say(`training   ${run.network.parameters.toLocaleString('en-US')} parameters, ${steps} steps of ${batchSize} pictures`);
  if (before !== null) say(`run        goes on after step ${checkpoint?.step ?? 0}`);
}

interface Work {
  readonly folder: TrainingFolder;
  readonly run: TrainingRun;
  readonly beginning: Beginning;
  readonly pictures: ClassifierData;
  readonly pool: WorkerPool;
  readonly progress: Progress;
  readonly options: TrainCommandOptions;
  readonly signal: AbortSignal;
}

async function work({ folder, run, beginning, pictures, pool, progress, options, signal }: Work): Promise<TrainedClassifier> {
  const { checkpoint, best } = beginning;
  const settings = settingsOf(run.asked, run.data.training);
  await folder.cutMetrics(checkpoint?.step ?? 0);
  const { steps } = settings;
  progress.report({ label: 'training', done: checkpoint?.step ?? 0, total: steps });
  const losses: number[] = [];
  return trainClassifier({
    ...{ settings, data: pictures, pool, signal, checkpointEvery: options.checkpointEvery },
    ...(checkpoint && { resume: { checkpoint, best } }),
    onEvent: async (event) => {
      await folder.appendMetrics(event);
      if (event.kind === 'evaluation') {
        progress.note(describeEvaluation(event));
        return;
      }
      losses.push(event.loss);
      progress.report({ label: 'training', done: event.step, total: steps, detail: describeStep(event, losses) });
    },
    onCheckpoint: (saved) => folder.writeCheckpoint(saved.step, savedCheckpoint(saved)),
    onBest: (weights, step) => folder.writeBest(savedWeights(weights, step)),
    onWeights: async ({ network, weights }, step) => {
      const kernels = savedKernels(network, weights);
      if (kernels !== null) await folder.writeKernels(step, kernels);
    },
  });
}

/** Runs the work; what ends it is written to `run.json`, and said in words that name the last checkpoint. */
async function keepState<T>(folder: TrainingFolder, run: TrainingRun, job: () => Promise<T>): Promise<T> {
  try {
    return await job();
  } catch (error) {
    if (isAbort(error)) await folder.writeRun({ ...run, state: 'stopped' });
    const last = await folder.lastCheckpoint();
    const good = last === null ? 'There is no checkpoint yet.' : `The last good checkpoint is that of step ${last.step}.`;
    if (error instanceof DiskError) throw new UsageError(`${error.message} ${good}`);
    if (!(error instanceof TrainingDivergedError)) throw error;
    await folder.writeRun({ ...run, state: 'diverged', message: error.message });
    throw new UsageError(
      `${error.message} ${good} The same command with another --lr, --warmup or --clip goes on from ${last === null ? 'the beginning' : 'there'}.`,
    );
  }
}

function describeStep(
  { loss, accuracy, imagesPerSecond }: ClassifierEvent & { kind: 'training' },
  losses: readonly number[],
): string {
  const curve = process.stderr.isTTY ? ` ${sparkline(losses, 12)}` : '';
  return `loss ${loss.toFixed(3)}${curve}, ${percent(accuracy)} right, ${Math.round(imagesPerSecond)} images/s`;
}

function describeEvaluation({ step, epoch, top1, top5, best }: ClassifierEvent & { kind: 'evaluation' }): string {
  return `step ${step}, epoch ${epoch.toFixed(1)}: held out ${percent(top1)} right, ${percent(top5)} among five${best ? ', the best yet' : ''}`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function report({ result, settings }: TrainingRun, { out, json }: TrainCommandOptions): void {
  const { accuracy, ...rest } = result!;
  if (json) {
    printJson({ run: out, seed: settings.seed, ...rest, accuracy });
    return;
  }
  const measured =
    accuracy === null
      ? 'nothing was held out'
      : `${percent(accuracy.top1)} right, ${percent(accuracy.top5)} among five, of ${accuracy.pictures} held-out pictures`;
  process.stdout.write(`step ${rest.step}: ${measured}\n`);
  process.stdout.write(
    `Map it with: npx incognita atlas ${/\s/.test(out) ? JSON.stringify(`${out}/model.onnx`) : `${out}/model.onnx`} <images>\n`,
  );
}
