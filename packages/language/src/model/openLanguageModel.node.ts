import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Model } from '@incognita/onnx';
import { type EngineChoice, openModel, type SessionSource, sessionSource } from '@incognita/runtime';
import type { Finish } from '../generation/decode.js';
import type { DecodeArgs } from '../generation/decode.task.js';
import { type PackedSteps, unpackSteps } from '../generation/packedSteps.js';
import type { TextTokenizer } from '../tokens/textTokenizer.js';
import { LanguageModel } from './languageModel.js';
import type { GraphRunner } from './runner.js';
import { readSettings, SETTING_FILES, type SettingFiles, USUAL_FILES } from './settings.js';

/** Options of {@link openLanguageModel}. */
export interface OpenLanguageOptions {
  /** Default `auto`: the native engine, or WebAssembly where it is missing. */
  readonly device?: EngineChoice;
  /** Threads of ONNX Runtime; default 1. */
  readonly threads?: number;
  /**
   * Whether sessions may copy the weights for speed. Default: that of a generation does (about twice as fast), those of single runs share the mapped
   * file.
   */
  readonly prepack?: boolean;
  /** `none` works by ids alone; default: the `tokenizer.json` beside the model or one folder up. */
  readonly tokenizer?: TextTokenizer | 'none';
  /** Whether to measure, while opening, what was found: see `LanguageModel.test`. Default true. */
  readonly selfTest?: boolean;
  /** Which ONNX file of a folder, relative to it. */
  readonly file?: string;
}

const DECODE = { module: new URL('../../dist/generation/decode.task.js', import.meta.url).href, export: 'decodeInWorker' };
/**
 * Opens a decoder: an ONNX file, or a folder as Hugging Face repositories have it (`model.onnx` or `onnx/model.onnx`, `tokenizer.json`,
 * `tokenizer_config.json`, `config.json`, `generation_config.json`).
 *
 * @throws NotADecoderError, TokenizerError, or an Error that names the file that is missing.
 * @example
 * const model = await openLanguageModel('stories260k');
 * console.log((await model.complete('Once upon a time', { maxTokens: 30 })).text);
 * await model.dispose();
 */
export async function openLanguageModel(input: string, options: OpenLanguageOptions = {}): Promise<LanguageModel> {
  const file = await modelFile(input, options.file);
  const settings = readSettings(await readBesides(file), file, options.tokenizer);
  const opened = await openModel(file, {
    device: options.device ?? 'auto',
    threads: options.threads ?? 1,
    prepack: options.prepack ?? false,
  });
  // Edits are kept by who asks for them; each is written and hashed once.
  const sources = new WeakMap<Model, SessionSource>();
  const sourceOf = (edited: Model): SessionSource => {
    const source = sources.get(edited) ?? sessionSource(opened.source, edited);
    sources.set(edited, source);
    return source;
  };
  const runner: GraphRunner = {
    open: (edited) => opened.session(edited),
    decode: (edited, plan, onStep, signal) => {
      const taken = new Int32Array(new SharedArrayBuffer(4));
      const onTaken = (): void => {
        Atomics.add(taken, 0, 1);
        Atomics.notify(taken, 0);
      };
      return opened.pool.run<DecodeArgs, Finish>(
        DECODE,
        { source: sourceOf(edited), prepack: options.prepack ?? true, plan, taken },
        {
          onProgress: (made) => {
            for (const step of unpackSteps(made as PackedSteps)) void onStep(step).then(onTaken);
          },
          ...(signal === undefined ? {} : { signal }),
        },
      );
    },
    dispose: () => opened.dispose(),
  };
  try {
    const model = new LanguageModel({ model: opened.model, runner, ...settings });
    if (options.selfTest !== false) await model.selfTest();
    return model;
  } catch (error) {
    await opened.dispose();
    throw error;
  }
}

async function modelFile(input: string, file: string | undefined): Promise<string> {
  const about = await stat(input).catch((cause: Error) => {
    throw new Error(`${input} cannot be opened: ${cause.message}`, { cause });
  });
  if (!about.isDirectory()) return input;
  return file === undefined ? findDecoderFile(input) : path.join(input, file);
}

/**
 * The ONNX file of a decoder's folder: of those in it and in its folder `onnx`, the one with the likeliest name, or the only one.
 *
 * @throws Error that names the files where none is the likeliest, or says that there is none.
 */
export async function findDecoderFile(input: string): Promise<string> {
  const found = (await Promise.all(['.', 'onnx'].map((folder) => onnxFiles(path.join(input, folder))))).flat();
  const usual = USUAL_FILES.flatMap((name) => found.filter((one) => path.basename(one) === name));
  if (usual[0] !== undefined) return usual[0];
  if (found.length === 1) return found[0]!;
  const names = found.map((one) => path.relative(input, one)).join(', ');
  throw new Error(
    found.length === 0
      ? `${input} holds no ONNX file: export the model to ONNX first (optimum-cli export onnx).`
      : `${input} holds ${names}: say which by \`file\`.`,
  );
}

async function onnxFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names.filter((name) => name.endsWith('.onnx')).map((name) => path.join(folder, name));
}

/** What lies beside a model. */
async function readBesides(file: string): Promise<SettingFiles> {
  const read = await Promise.all(SETTING_FILES.map(async (name) => [name, await readBeside(file, name)] as const));
  return Object.fromEntries(read) as SettingFiles;
}

/** A JSON file in the folder of the model, or in the one above when that is called `onnx`. */
async function readBeside(file: string, name: string): Promise<unknown> {
  const folder = path.dirname(path.resolve(file));
  const folders = path.basename(folder) === 'onnx' ? [folder, path.dirname(folder)] : [folder];
  for (const one of folders) {
    const text = await readFile(path.join(one, name), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new Error(`${path.join(one, name)} is no JSON: ${(cause as Error).message}`, { cause });
    }
  }
  return undefined;
}
