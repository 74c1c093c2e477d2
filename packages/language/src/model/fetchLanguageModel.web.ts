import {
  type BrowserEngineInfo,
  BrowserRunner,
  type BrowserRunnerOptions,
  type FetchModelOptions,
  fetchModel,
  type ModelSource,
  sessionSource,
} from '@incognita/runtime/web';
import { decode } from '../generation/decode.js';
import { paced } from '../generation/pace.js';
import { LanguageModel } from './languageModel.js';
import type { GraphRunner } from './runner.js';
import { readSettings, SETTING_FILES, type SettingFiles, USUAL_FILES } from './settings.js';

/** Options of {@link fetchLanguageModel}. */
export interface FetchLanguageOptions extends BrowserRunnerOptions, FetchModelOptions {
  /** The ONNX file, relative to the folder; default: the first of the usual names that is there. */
  readonly file?: string;
  /** Whether to measure, while opening, what was found: see `LanguageModel.test`. Default true. */
  readonly selfTest?: boolean;
}

/** A decoder in a tab. */
export interface FetchedLanguageModel {
  readonly model: LanguageModel;
  /** What it runs on now. */
  engine(): BrowserEngineInfo;
}

/**
 * Opens a decoder in a Web Worker: its files are loaded once, and it runs on WebGPU or WebAssembly.
 *
 * @param folder absolute address of the folder, with a slash at the end.
 * @throws NotADecoderError, TokenizerError, TooLargeForBrowserError, or an Error that names the file that is missing.
 * @example
 * const { model } = await fetchLanguageModel('http://localhost:8000/story-gpt/', { builds, provider: 'wasm' });
 * const { text } = await model.complete('Once upon a time');
 */
export async function fetchLanguageModel(folder: string, options: FetchLanguageOptions): Promise<FetchedLanguageModel> {
  const url = new URL(options.file ?? (await findFile(folder)), folder).href;
  const settings = readSettings(await fetchBesides(url), url);
  const source = await fetchModel(url, options);
  const runner = await BrowserRunner.open(options);
  const model = new LanguageModel({ model: source.model, runner: graphRunner(runner, source), ...settings });
  if (options.selfTest !== false) await model.selfTest();
  return { model, engine: () => runner.engine };
}

function graphRunner(runner: BrowserRunner, source: ModelSource): GraphRunner {
  return {
    open: async (edited) => runner.session(sessionSource(source, edited)),
    // The session of a generation stays open for the next one of the same graph.
    async decode(edited, plan, onStep, signal) {
      const session = runner.session(sessionSource(source, edited));
      return decode({ run: (feeds) => session.run(feeds, signal) }, plan, paced(onStep, plan.lead));
    },
    dispose: async () => undefined,
  };
}

async function findFile(folder: string): Promise<string> {
  for (const name of ['', 'onnx/'].flatMap((inside) => USUAL_FILES.map((file) => inside + file))) {
    const response = await fetch(new URL(name, folder), { method: 'HEAD' });
    if (response.ok && !response.headers.get('Content-Type')?.includes('html')) return name;
  }
  throw new Error(`${folder} has no ONNX file of a usual name: ${USUAL_FILES.join(', ')}.`);
}

/** What lies beside a model, or in the folder above when its own is called `onnx`. */
async function fetchBesides(url: string): Promise<SettingFiles> {
  const folders = [new URL('.', url).href];
  if (folders[0]!.endsWith('/onnx/')) folders.push(new URL('..', url).href);
  const read = await Promise.all(SETTING_FILES.map(async (name) => [name, await fetchJson(folders, name)] as const));
  return Object.fromEntries(read) as SettingFiles;
}

async function fetchJson(folders: readonly string[], name: string): Promise<unknown> {
  for (const folder of folders) {
    const response = await fetch(new URL(name, folder));
    if (!response.ok || response.headers.get('Content-Type')?.includes('html')) continue;
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new Error(`${new URL(name, folder).href} is no JSON: ${(cause as Error).message}`, { cause });
    }
  }
  return undefined;
}
