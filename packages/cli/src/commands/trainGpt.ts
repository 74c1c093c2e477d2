import { availableParallelism } from 'node:os';
import { type CourseCheckpoint, type TextEvent, textData } from '@incognita/learn';
import { WorkerPool } from '@incognita/runtime';
import { openTrainingFolder, type TrainingRun } from '@incognita/workspace';
import { UsageError } from '../errors.js';
import { abortOnInterrupt } from '../interrupt.js';
import { printJson } from '../output.js';
import { Progress } from '../progress.js';
import { sparkline } from '../sparkline.js';
import { type AskedText, askedTextRecord, tokenizerOf } from '../text/askedText.js';
import { describeTextRun } from '../text/describeTextRun.js';
import { readTexts } from '../text/readTexts.js';
import { trainTextRun } from '../text/trainTextRun.js';
import { findBeginning } from '../training/resume.js';

/** Options of `incognita train gpt`. */
export interface TrainGptCommandOptions extends Partial<AskedText> {
  readonly out: string;
  readonly workers?: number;
  readonly checkpointEvery: number;
  readonly resume?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** `incognita train gpt`: from a text to a decoder with its tokenizer and card. */
export async function trainGptCommand(path: string, options: TrainGptCommandOptions): Promise<void> {
  const { name, texts, licences } = await readTexts(path);
  const asked = askedTextRecord(name, options);
  if (Number(asked.batch) % Number(asked.shards) !== 0)
    throw new UsageError(`a batch of ${asked.batch} cannot be cut into ${asked.shards} equal parts: change --batch or --shards`);
  if (Number(asked.width) % Number(asked.heads) !== 0)
    throw new UsageError(`${asked.heads} heads cannot share a width of ${asked.width} equally: change --heads or --width`);
  const progress = new Progress(process.stderr);
  const interrupt = abortOnInterrupt(() =>
    progress.note('Stopping after this step. The same command goes on from here. Ctrl-C again ends at once.'),
  );
  const folder = await openTrainingFolder(options.out);
  const pool = new WorkerPool({ workers: options.workers ?? availableParallelism() });
  try {
    const begin = { force: options.force === true, resume: options.resume === true };
    const beginning = await findBeginning<CourseCheckpoint>(folder, asked, begin);
    if (beginning.run?.state === 'finished') {
      say(`run        ${options.out} is finished; --force trains anew`);
      report(beginning.run, options);
      return;
    }
    const data = textData(texts, { name, licences, tokenizer: tokenizerOf(asked), holdOut: Number(asked.holdout) });
    const run = await describeTextRun({ asked, data, beginning, pool });
    say(`network    ${run.network.description}`);
    say(`data       ${data.description}`);
    say(`held out   ${data.heldOut}`);
    say(`training   ${count(run.network.parameters)} parameters, ${asked.steps} steps of ${asked.batch} × ${asked.block} tokens`);
    const from = beginning.checkpoint?.step ?? 0;
    if (beginning.run !== null) say(`run        goes on after step ${from}`);
    const { checkpointEvery } = options;
    const onEvent = showProgress(progress, Number(asked.steps), from);
    const finished = await trainTextRun({
      ...{ folder, run, beginning, data, pool, checkpointEvery, signal: interrupt.signal, onEvent },
    });
    progress.finish();
    report(finished, options);
  } finally {
    progress.finish();
    interrupt.release();
    await pool.dispose();
    await folder.close();
  }
}

function showProgress(progress: Progress, total: number, from: number): (event: TextEvent) => void {
  const losses: number[] = [];
  progress.report({ label: 'training', done: from, total });
  return (event) => {
    const { step, epoch, loss } = event;
    if (event.kind === 'textEvaluation') {
      progress.note(`step ${step}, epoch ${epoch.toFixed(2)}: held out ${nats(loss)}${event.best ? ', the best yet' : ''}`);
      return;
    }
    losses.push(loss);
    const curve = process.stderr.isTTY ? ` ${sparkline(losses, 12)}` : '';
    const detail = `loss ${loss.toFixed(3)}${curve}, ${count(Math.round(event.tokensPerSecond))} tokens/s`;
    progress.report({ label: 'training', done: step, total, detail });
  };
}

const count = (value: number): string => value.toLocaleString('en-US');
const nats = (loss: number): string => `${loss.toFixed(3)} nats a token (perplexity ${Math.exp(loss).toFixed(2)})`;

function report({ result, settings }: TrainingRun, { out, json }: TrainGptCommandOptions): void {
  const { foresight = null, accuracy: _, ...rest } = result!;
  if (json) {
    printJson({ run: out, seed: settings.seed, ...rest, foresight });
    return;
  }
  const measured =
    foresight === null ? 'nothing was held out' : `${nats(foresight.loss)} on ${count(foresight.tokens)} held-out tokens`;
  process.stdout.write(`step ${rest.step}: ${measured}\n`);
  process.stdout.write(`Let it write with: npx incognita generate ${/\s/.test(out) ? JSON.stringify(out) : out} --prompt TEXT\n`);
}
