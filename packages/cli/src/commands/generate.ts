import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Generation,
  type LanguageModel,
  openLanguageModel,
  type PointClamp,
  parseClamp,
  visible,
} from '@incognita/language';
import { embeddedModel } from '@incognita/learn';
import { UsageError } from '../errors.js';
import { abortOnInterrupt } from '../interrupt.js';
import { printJson } from '../output.js';
import { namedModel } from '../sources/namedModel.js';
import { readTensorFile, writeTensorFile } from '../tensorFile.js';

/** Options of `incognita generate`. */
export interface GenerateCommandOptions {
  readonly prompt: string;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly repetitionPenalty: number;
  readonly seed: number;
  readonly stop?: readonly string[];
  readonly tap?: readonly string[];
  readonly clamp?: readonly string[];
  readonly out: string;
  /** False: without the begin-of-text token. */
  readonly special: boolean;
  readonly threads: number;
  readonly json?: boolean;
}

/** `incognita generate`: the words that a decoder puts behind a prompt, with points read and written on the way. */
export async function generateCommand(path: string, options: GenerateCommandOptions): Promise<void> {
  const clamps = await Promise.all((options.clamp ?? []).map(readClamp));
  const interrupt = abortOnInterrupt(() => {});
  const model = await openLanguageModel(embeddedModel(path)?.dir ?? path, { threads: options.threads });
  try {
    warn(model);
    const stream = options.json !== true;
    if (stream) process.stdout.write(options.prompt);
    const result = await complete(model, options, clamps, interrupt.signal);
    if (stream) process.stdout.write(`${result.text}\n`);
    const taps = await writeTaps(result, options.out);
    if (options.json) printJson(summary(path, model, options, result, taps));
    else for (const file of Object.values(taps)) process.stderr.write(`wrote ${file}\n`);
  } finally {
    interrupt.release();
    await model.dispose();
  }
}

async function complete(
  model: LanguageModel,
  options: GenerateCommandOptions,
  clamps: readonly PointClamp[],
  signal: AbortSignal,
): Promise<Generation> {
  const { maxTokens, temperature, topK, topP, repetitionPenalty, seed, stop = [], tap: taps = [], special } = options;
  return model.complete(options.prompt, {
    maxTokens,
    temperature,
    topK,
    topP,
    repetitionPenalty,
    seed,
    stop,
    taps,
    clamps,
    special,
    signal,
  });
}

async function readClamp(text: string): Promise<PointClamp> {
  const written = parseClamp(text);
  if (!('file' in written)) return written.clamp;
  const tensors = Object.values(await readTensorFile(written.file));
  if (tensors.length !== 1)
    throw new UsageError(`${written.file} holds ${tensors.length} tensors: a clamp takes its values from one`);
  const [{ dims, data }] = tensors as [(typeof tensors)[0]];
  const { strength, kind, ...rest } = written.clamp;
  const value = { dims, data: Array.from(data, Number) };
  if (kind === 'add') return { ...rest, kind, value, strength };
  return { ...rest, kind, value: { dims, data: value.data.map((v) => v * strength) } };
}

function warn(model: LanguageModel): void {
  for (const { claim, error, tolerance, holds } of model.test?.measured ?? [])
    if (!holds) process.stderr.write(`self-test: ${claim}: off by ${error.toExponential(1)}, more than ${tolerance}\n`);
}

async function writeTaps({ taps }: Generation, folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const [point, { dims, data }] of Object.entries(taps)) {
    await mkdir(folder, { recursive: true });
    files[point] = join(folder, `${point}.safetensors`);
    await writeTensorFile(files[point], { [point]: { dtype: 'float32', dims, data } });
  }
  return files;
}

function summary(
  path: string,
  model: LanguageModel,
  options: GenerateCommandOptions,
  result: Generation,
  taps: Record<string, string>,
): object {
  const { promptIds, ids, steps, finish } = result;
  return {
    model: namedModel(path).name,
    prompt: options.prompt,
    continuation: result.text,
    text: options.prompt + result.text,
    tokens: [...promptIds, ...ids],
    promptTokens: (result.prompt ?? []).map(({ id, label, start, end, inserted }) => ({ id, label, start, end, inserted })),
    steps: steps.map(({ id, label, text, logprob, position }) => ({ id, label, text: visible(text), logprob, position })),
    finish,
    selfTest: model.test,
    taps,
  };
}
