import { type Model, write } from '@incognita/onnx';
import type { EngineSession } from '../engine/engine.js';
import { SessionCache } from '../session/cache.js';
import { outsideBytes } from '../session/externalTensors.js';
import type { Feeds, Tensor } from '../tensor.js';
import { type BrowserEngine, type BrowserProvider, lacksWebGpu, type OrtBuilds, openBrowserEngine } from './browserEngine.web.js';
import type { FetchedModel } from './fetchModel.web.js';
import { turn } from './turn.js';

/** What graphs run on now, and why. */
export interface BrowserEngineInfo {
  readonly provider: BrowserProvider;
  readonly version: string;
  readonly threads: number;
  /** Why not on WebGPU, in words; null where it runs there or was not wanted. */
  readonly reason: string | null;
}

/** Options of {@link BrowserRunner.open}. */
export interface BrowserRunnerOptions {
  readonly builds: OrtBuilds;
  /** What is wanted: WebGPU gives way to WebAssembly where it is not there. Default `webgpu`. */
  readonly provider?: BrowserProvider;
  /** Called when the engine changes under way: WebGPU was lost, or could not run a graph. */
  readonly onEngine?: (info: BrowserEngineInfo) => void;
  /** Bytes of weights that open sessions may copy together; default 1 GiB. */
  readonly memoryBytes?: number;
}

/** An edit of a model that can be run; its session is opened when it is needed and may be closed between runs. */
export interface BrowserSession {
  run(feeds: Feeds, signal?: AbortSignal): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}

/** Sessions rearrange their weights for speed (a second copy) up to this size. */
const PREPACK_BYTES = 64e6;
const MOST_SESSIONS = 16;

/**
 * Runs edits of one model in a Web Worker, on WebGPU or WebAssembly. Runs never overlap: ONNX Runtime 1.30 hangs when they do on WebGPU. When the
 * graphics card is lost, or refuses a graph that WebAssembly runs, all goes on there.
 *
 * @example
 * const runner = await BrowserRunner.open(await fetchModel(url), { builds });
 * const session = runner.session(cut(model, { outputs: ['fire8'] }));
 * const { fire8 } = await session.run({ image });
 */
export class BrowserRunner {
  readonly #model: FetchedModel;
  readonly #options: BrowserRunnerOptions;
  #open: Open;
  #info: BrowserEngineInfo;
  #last: Promise<unknown> = Promise.resolve();
  #lost: string | null = null;
  #whenLost: (words: string) => void = () => undefined;
  #made = 0;

  private constructor(model: FetchedModel, options: BrowserRunnerOptions, engine: BrowserEngine, reason: string | null) {
    this.#model = model;
    this.#options = options;
    this.#open = { engine, cache: newCache(options) };
    this.#info = infoOf(engine, reason);
    engine.lost.then((words) => {
      this.#lost = words;
      this.#whenLost(words);
    });
  }

  /** @throws Error where neither engine can be loaded. */
  static async open(model: FetchedModel, options: BrowserRunnerOptions): Promise<BrowserRunner> {
    const wanted = options.provider ?? 'webgpu';
    const lacks = wanted === 'webgpu' ? await lacksWebGpu() : null;
    const engine = await openBrowserEngine(lacks === null ? wanted : 'wasm', options.builds);
    return new BrowserRunner(model, options, engine, lacks);
  }

  /** What it runs on now. */
  get engine(): BrowserEngineInfo {
    return this.#info;
  }

  get model(): Model {
    return this.#model.model;
  }

  /** An edit of the model, ready to run. Weights that lie in the model's files are not written again. */
  session(edited: Model): BrowserSession {
    const graph = write(edited, { external: { location: this.#model.own } });
    const weightBytes = outsideBytes(edited);
    const key = String(++this.#made);
    return {
      run: async (feeds, signal) => {
        // Messages that cancel are read between runs only.
        await turn();
        signal?.throwIfAborted();
        return this.#queue(() => this.#run({ key, graph, weightBytes }, feeds));
      },
      dispose: () => this.#queue(() => this.#open.cache.drop(key)),
    };
  }

  async #run(written: Written, feeds: Feeds): Promise<Record<string, Tensor>> {
    if (this.#lost !== null) this.#adopt(await this.#openWasm(), lostBy(this.#lost));
    if (this.#open.engine.provider === 'wasm') return runOn(this.#open, written, feeds, this.#model);
    const lost = new Promise<never>((_, reject) => {
      this.#whenLost = (words) => reject(new Error(words));
    });
    try {
      return await Promise.race([runOn(this.#open, written, feeds, this.#model), lost]);
    } catch (error) {
      // Word of a loss may come behind the error that it brought about.
      await turn();
      const wasm = await this.#openWasm();
      const result = await runOn(wasm, written, feeds, this.#model);
      const words = (error as Error).message.split('\n')[0]!;
      this.#adopt(wasm, this.#lost === null ? `it could not run this graph (${words})` : lostBy(this.#lost));
      return result;
    }
  }

  async #openWasm(): Promise<Open> {
    return { engine: await openBrowserEngine('wasm', this.#options.builds), cache: newCache(this.#options) };
  }

  /** Goes on on another engine. What was open on the card is left to it. */
  #adopt(open: Open, reason: string): void {
    this.#open = open;
    this.#lost = null;
    this.#info = infoOf(open.engine, reason);
    this.#options.onEngine?.(this.#info);
  }

  #queue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** An engine and what is open on it. */
interface Open {
  readonly engine: BrowserEngine;
  readonly cache: SessionCache<EngineSession>;
}

interface Written {
  readonly key: string;
  readonly graph: Uint8Array;
  readonly weightBytes: number;
}

async function runOn(
  { engine, cache }: Open,
  { key, graph, weightBytes }: Written,
  feeds: Feeds,
  { weights }: FetchedModel,
): Promise<Record<string, Tensor>> {
  const session = await cache.acquire(key, async () => {
    const prepack = weightBytes <= PREPACK_BYTES;
    const value = await engine.open(graph, weightBytes === 0 ? new Map() : weights, { prepack });
    return { value, sizeBytes: weightBytes * (prepack ? 2 : 1) };
  });
  try {
    return await session.run(feeds, session.outputNames);
  } finally {
    await cache.release(key);
  }
}

function lostBy(words: string): string {
  return `it was lost under way (${words})`;
}

function newCache({ memoryBytes = 2 ** 30 }: BrowserRunnerOptions): SessionCache<EngineSession> {
  return new SessionCache({ memoryBytes, count: MOST_SESSIONS });
}

function infoOf({ provider, version, threads }: BrowserEngine, reason: string | null): BrowserEngineInfo {
  return { provider, version, threads, reason };
}
