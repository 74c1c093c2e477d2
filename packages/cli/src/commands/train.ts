import { availableParallelism } from 'node:os';
import { type ClassifierData, type ClassifierEvent, networkNamed } from '@incognita/learn';
import { WorkerPool } from '@incognita/runtime';
import { ExplorerMissingError, exportExplorer, openBrowser, type RunningServer, serveWorkspace } from '@incognita/server';
import { openTrainingFolder, type TrainingFolder, type TrainingRun } from '@incognita/workspace';
import { abortOnInterrupt } from '../interrupt.js';
import { printJson } from '../output.js';
import { Progress } from '../progress.js';
import { picturesName } from '../sources/namedPictures.js';
import { sparkline } from '../sparkline.js';
import { type Asked, askedRecord, checkShards } from '../training/asked.js';
import { describeRun } from '../training/describeRun.js';
import { type Beginning, findBeginning } from '../training/resume.js';
import { loadTrainingData } from '../training/trainingData.js';
import { trainRun } from '../training/trainRun.js';
import { untilAborted } from './open.js';

/** Options of `incognita train`. */
export interface TrainCommandOptions extends Partial<Asked> {
  readonly out: string;
  readonly workers?: number;
  readonly checkpointEvery: number;
  readonly resume?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
  /** Optimised pictures at each evaluation. Default: 0, with `open` 8. */
  readonly icons?: number;
  readonly open?: boolean;
  readonly port?: number;
  /** False with `--no-browser`. */
  readonly browser?: boolean;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** `incognita train`: from a network's name and pictures to an ONNX file with its card. */
export async function trainCommand(network: string, data: string, options: TrainCommandOptions): Promise<void> {
  const { description } = networkNamed(network);
  const asked = askedRecord(network, picturesName(data), options);
  checkShards(asked);
  say(`network    ${network}: ${description}`);
  const progress = new Progress(process.stderr);
  const interrupt = abortOnInterrupt(() =>
    progress.note('Stopping after this step. The same command goes on from here. Ctrl-C again ends at once.'),
  );
  const folder = await openTrainingFolder(options.out);
  let server: RunningServer | null = null;
  const pool = new WorkerPool({ workers: options.workers ?? availableParallelism() });
  try {
    const beginning = await findBeginning(folder, asked, { force: options.force === true, resume: options.resume === true });
    await copyExplorer(folder);
    if (beginning.run?.state === 'finished') {
      say(`run        ${options.out} is finished; --force trains anew`);
      report(beginning.run, options);
      if (options.open) server = await showRun(options);
      if (server !== null) await untilClosed(interrupt.signal);
      return;
    }
    const pictures = await loadTrainingData(data, network, options, { pool, signal: interrupt.signal, progress });
    progress.finish();
    const icons = options.icons ?? (options.open ? 8 : 0);
    const described = await describeRun({ network, asked, data: pictures, beginning, pool });
    const run = { ...described, icons: icons > 0 || beginning.run?.icons === true };
    announce(run, pictures, beginning);
    if (options.open) {
      await folder.writeRun(run);
      server = await showRun(options);
    }
    const { checkpointEvery } = options;
    const onEvent = showProgress(progress, run, beginning.checkpoint?.step ?? 0);
    const finished = await trainRun({
      ...{ folder, run, beginning, pictures, pool, checkpointEvery, signal: interrupt.signal, onEvent, icons },
    });
    progress.finish();
    report(finished, options);
    if (server !== null) await untilClosed(interrupt.signal);
  } finally {
    progress.finish();
    interrupt.release();
    await server?.close();
    await pool.dispose();
    await folder.close();
  }
}

/** Makes the folder a page that any web server can show. */
async function copyExplorer(folder: TrainingFolder): Promise<void> {
  try {
    await exportExplorer(folder);
  } catch (error) {
    if (!(error instanceof ExplorerMissingError)) throw error;
    say(`warning    the folder gets no page: ${error.message}`);
  }
}

/** Serves the page Learn of a run. */
async function showRun({ out, port, browser }: TrainCommandOptions): Promise<RunningServer> {
  const server = await serveWorkspace({ dir: out, ...(port === undefined ? {} : { port }) });
  say(`explorer   ${server.url}`);
  if (browser) await openBrowser(server.url);
  return server;
}

async function untilClosed(signal: AbortSignal): Promise<void> {
  say('Press Ctrl-C to stop the explorer.');
  await untilAborted(signal);
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

/** Shows how a run goes on from a step. */
function showProgress(progress: Progress, run: TrainingRun, from: number): (event: ClassifierEvent) => void {
  const total = Number(run.settings.steps);
  const losses: number[] = [];
  progress.report({ label: 'training', done: from, total });
  return (event) => {
    if (event.kind === 'evaluation') {
      progress.note(describeEvaluation(event));
      return;
    }
    losses.push(event.loss);
    progress.report({ label: 'training', done: event.step, total, detail: describeStep(event, losses) });
  };
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
