import { availableParallelism } from 'node:os';
import {
  type ClassifierData,
  type ClassifierEvent,
  classifierModel,
  evaluate,
  modelCard,
  networkNamed,
  partsOf,
  type TrainedClassifier,
  TrainingDivergedError,
  trainClassifier,
} from '@incognita/learn';
import { type Model, parameterCount, write } from '@incognita/onnx';
import { WorkerPool } from '@incognita/runtime';
import {
  DiskError,
  openTrainingFolder,
  sha256,
  TRAINING_VERSION,
  type TrainingFolder,
  type TrainingRun,
} from '@incognita/workspace';
import { formatBytes } from '../duration.js';
import { isAbort, UsageError } from '../errors.js';
import { abortOnInterrupt } from '../interrupt.js';
import { printJson } from '../output.js';
import { Progress } from '../progress.js';
import { type Asked, type AskedRecord, askedRecord, commandOf, settingsOf } from '../training/asked.js';
import { savedCheckpoint, savedWeights } from '../training/checkpointFile.js';
import { type Beginning, findBeginning } from '../training/resume.js';
import { dataName, fingerprint, loadTrainingData } from '../training/trainingData.js';
import { version } from '../version.js';

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
    const run = await describeRun({ network, asked, data: pictures, beginning, pool, options });
    await folder.writeRun(run);
    const trained = await keepState(folder, run, () =>
      work({ folder, run, beginning, pictures, pool, progress, options, signal: interrupt.signal }),
    );
    progress.finish();
    const finished = await finish({ folder, run, trained, pictures, pool, half: asked.half === true });
    report(finished, options);
  } finally {
    progress.finish();
    interrupt.release();
    await pool.dispose();
    await folder.close();
  }
}

interface Described {
  readonly network: string;
  readonly asked: AskedRecord;
  readonly data: ClassifierData;
  readonly beginning: Beginning;
  readonly pool: WorkerPool;
  readonly options: TrainCommandOptions;
}

async function describeRun({ network, asked, data, beginning, pool, options }: Described): Promise<TrainingRun> {
  const settings = settingsOf(asked, data.training.labels.length);
  const made = networkNamed(network).make({ classes: data.classNames.length, width: settings.width });
  const engine = await pool.engine();
  const run: TrainingRun = {
    format: 'incognita-training',
    version: TRAINING_VERSION,
    generator: `incognita ${version}`,
    engine: `ONNX Runtime ${engine.version} (${engine.name})`,
    state: 'running',
    message: null,
    network: {
      name: made.name,
      description: made.description,
      parameters: partsOf(made).parameters.reduce((sum, { dims }) => sum + dims.reduce((a, b) => a * b, 1), 0),
      inputShape: [...made.inputShape],
    },
    data: {
      name: data.name,
      description: data.description,
      classes: data.classNames.length,
      training: data.training.labels.length,
      heldOut: data.validation?.labels.length ?? 0,
      sha256: fingerprint(data),
      skipped: data.skipped.map((picture) => ({ ...picture })),
    },
    asked,
    settings: { ...settings, optimizer: { ...settings.optimizer } },
    changes: beginning.changes,
    result: null,
  };
  say(`data       ${data.description}`);
  say(`held out   ${run.data.heldOut === 0 ? 'nothing' : `${run.data.heldOut} pictures: ${data.heldOut}`}`);
  for (const { file, reason } of data.skipped) say(`skipped ${file}: ${reason}`);
  for (const warning of data.warnings) say(`warning    ${warning}`);
  say(
    `training   ${run.network.parameters.toLocaleString('en-US')} parameters, ${settings.steps} steps of ${settings.batchSize} pictures`,
  );
  if (beginning.run !== null && beginning.run.data.sha256 !== run.data.sha256)
    throw new UsageError(
      `the pictures of ${data.name} are not those that the run in ${options.out} began with. Bring them back, choose another --out, or start afresh with --force`,
    );
  if (beginning.run !== null) say(`run        goes on after step ${beginning.checkpoint?.step ?? 0}`);
  return run;
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
  if (checkpoint !== null) progress.report({ label: 'training', done: checkpoint.step, total: steps });
  return trainClassifier({
    ...{ settings, data: pictures, pool, signal, checkpointEvery: options.checkpointEvery },
    ...(checkpoint && { resume: { checkpoint, best } }),
    onEvent: async (event) => {
      await folder.appendMetrics(event);
      if (event.kind === 'evaluation') progress.note(describeEvaluation(event));
      else progress.report({ label: 'training', done: event.step, total: steps, detail: describeStep(event) });
    },
    onCheckpoint: (saved) => folder.writeCheckpoint(saved.step, savedCheckpoint(saved)),
    onBest: (weights, step) => folder.writeBest(savedWeights(weights, step)),
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

function describeStep({ loss, accuracy, imagesPerSecond }: ClassifierEvent & { kind: 'training' }): string {
  return `loss ${loss.toFixed(3)}, ${percent(accuracy)} right, ${imagesPerSecond.toPrecision(3)} images/s`;
}

function describeEvaluation({ step, epoch, top1, top5, best }: ClassifierEvent & { kind: 'evaluation' }): string {
  return `step ${step}, epoch ${epoch.toFixed(1)}: held out ${percent(top1)} right, ${percent(top5)} among five${best ? ', the best yet' : ''}`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

interface Finish {
  readonly folder: TrainingFolder;
  readonly run: TrainingRun;
  readonly trained: TrainedClassifier;
  readonly pictures: ClassifierData;
  readonly pool: WorkerPool;
  readonly half: boolean;
}

/** Writes the network, its class names and its card. What is measured is the very file. */
async function finish({ folder, run, trained, pictures, pool, half }: Finish): Promise<TrainingRun> {
  const { network, weights, step, steps } = trained;
  const model = classifierModel(network, weights, pictures.classNames, { half });
  const bytes = write(model);
  const accuracy = await measure(model, pictures, pool);
  const settings = settingsOf(run.asked, run.data.training);
  const { changes, engine } = run;
  const command = commandOf(run.asked);
  await folder.writeProduct('labels.json', `${JSON.stringify(pictures.classNames, null, 1)}\n`);
  await folder.writeProduct(
    'card.md',
    modelCard({ network, data: pictures, settings, changes, step, steps, accuracy, command, engine, half }),
  );
  await folder.writeProduct('model.onnx', bytes);
  say(`model      model.onnx, ${parameterCount(model).toLocaleString('en-US')} numbers, ${formatBytes(bytes.length)}`);
  const finished: TrainingRun = { ...run, state: 'finished', result: { steps, step, accuracy, modelSha256: sha256(bytes) } };
  await folder.writeRun(finished);
  return finished;
}

async function measure(
  model: Model,
  { validation }: ClassifierData,
  pool: WorkerPool,
): Promise<NonNullable<TrainingRun['result']>['accuracy']> {
  if (validation === null) return null;
  const { pictures, top1, top5 } = await evaluate(model, validation, { pool, sidePx: sideOf(model) });
  return { pictures, top1, top5 };
}

function sideOf(model: Model): number {
  return Number(model.graph.inputs[0]!.type!.shape![2]);
}

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
