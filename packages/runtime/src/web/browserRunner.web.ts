import { read } from '@incognita/onnx';
import type { EngineSession } from '../engine/engine.js';
import { SessionCache } from '../session/cache.js';
import type { SessionSource } from '../session/source.js';
import type { Feeds, Tensor } from '../tensor.js';
import type { TaskContext } from '../worker/task.js';
import { type BrowserEngine, type BrowserProvider, lacksWebGpu, type OrtBuilds, openBrowserEngine } from './browserEngine.web.js';
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
  /** Threads of WebAssembly, where the page is cross-origin isolated; default half of the cores, up to 4. */
  readonly threads?: number | undefined;
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

/** Options of {@link BrowserRunner.task}. */
export interface BrowserTaskOptions {
  readonly signal?: AbortSignal;
  /** Gets what the task sends by `context.progress`. */
  readonly onProgress?: (value: unknown) => void;
}

/** Sessions rearrange their weights for speed (a second copy) up to this size. */
const PREPACK_BYTES = 64e6;
const MOST_SESSIONS = 16;

/**
 * Runs edits of models in a Web Worker, on WebGPU or WebAssembly. Runs never overlap: ONNX Runtime 1.30 hangs when they do on WebGPU. When the
 * graphics card is lost, or refuses a graph that WebAssembly runs, all goes on there.
 *
 * @example
 * const runner = await BrowserRunner.open({ builds });
 * const source = await fetchModel(url);
 * const session = runner.session(sessionSource(source, cut(source.model, { outputs: ['fire8'] })));
 * const { fire8 } = await session.run({ image });
 */
export class BrowserRunner {
  readonly #options: BrowserRunnerOptions;
  #open: Open;
  #info: BrowserEngineInfo;
  #last: Promise<unknown> = Promise.resolve();
  #lost: string | null = null;
  #whenLost: (words: string) => void = () => undefined;

  private constructor(options: BrowserRunnerOptions, engine: BrowserEngine, reason: string | null) {
    this.#options = options;
    this.#open = { engine, cache: newCache(options) };
    this.#info = infoOf(engine, reason);
    engine.lost.then((words) => {
      this.#lost = words;
      this.#whenLost(words);
    });
  }

  /** @throws Error where neither engine can be loaded. */
  static async open(options: BrowserRunnerOptions): Promise<BrowserRunner> {
    const wanted = options.provider ?? 'webgpu';
    const lacks = wanted === 'webgpu' ? await lacksWebGpu() : null;
    const engine = await openBrowserEngine(lacks === null ? wanted : 'wasm', options.builds, options.threads);
    return new BrowserRunner(options, engine, lacks);
  }

  /** What it runs on now. */
  get engine(): BrowserEngineInfo {
    return this.#info;
  }

  /** A graph, ready to run. */
  session(source: SessionSource): BrowserSession {
    return {
      run: async (feeds, signal) => {
        // Messages that cancel are read between runs only.
        await turn();
        signal?.throwIfAborted();
        return this.#queue(() => this.#run(source, feeds));
      },
      dispose: () => this.#queue(() => this.#open.cache.drop(source.key)),
    };
  }

  /**
   * What a task needs beside its arguments, so that it runs here as in a worker of Node.
   *
   * @example const result = await renderBatch(args, runner.task({ signal, onProgress }));
   */
  task({ signal = new AbortController().signal, onProgress }: BrowserTaskOptions = {}): TaskContext {
    return {
      signal,
      throwIfAborted: () => signal.throwIfAborted(),
      progress: (value) => onProgress?.(value),
      transfer: (_, value) => value,
      openSession: async (source) => {
        const { inputs, outputs } = read(source.graph).graph;
        const session = this.session(source);
        return {
          inputNames: inputs.map(({ name }) => name),
          outputNames: outputs.map(({ name }) => name),
          weights: source.weightBytes === 0 ? 'none' : 'memory',
          run: async (feeds, wanted) => {
            const result = await session.run(feeds, signal);
            return wanted === undefined ? result : Object.fromEntries(wanted.map((name) => [name, result[name]!]));
          },
          dispose: async () => undefined,
        };
      },
    };
  }

  async #run(source: SessionSource, feeds: Feeds): Promise<Record<string, Tensor>> {
    if (this.#lost !== null) this.#adopt(await this.#openWasm(), lostBy(this.#lost));
    if (this.#open.engine.provider === 'wasm') return runOn(this.#open, source, feeds);
    const lost = new Promise<never>((_, reject) => {
      this.#whenLost = (words) => reject(new Error(words));
    });
    try {
      return await Promise.race([runOn(this.#open, source, feeds), lost]);
    } catch (error) {
      // Word of a loss may come behind the error that it brought about.
      await turn();
      const wasm = await this.#openWasm();
      const result = await runOn(wasm, source, feeds);
      const words = (error as Error).message.split('\n')[0]!;
      this.#adopt(wasm, this.#lost === null ? `it could not run this graph (${words})` : lostBy(this.#lost));
      return result;
    }
  }

  async #openWasm(): Promise<Open> {
    return {
      engine: await openBrowserEngine('wasm', this.#options.builds, this.#options.threads),
      cache: newCache(this.#options),
    };
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

async function runOn({ engine, cache }: Open, source: SessionSource, feeds: Feeds): Promise<Record<string, Tensor>> {
  const { key, graph, weightBytes } = source;
  const session = await cache.acquire(key, async () => {
    const prepack = weightBytes <= PREPACK_BYTES;
    const value = await engine.open(graph, weightBytes === 0 ? new Map() : contentOf(source), { prepack });
    return { value, sizeBytes: weightBytes * (prepack ? 2 : 1) };
  });
  try {
    return await session.run(feeds, session.outputNames);
  } finally {
    await cache.release(key);
  }
}

/** Content of the weight files; the bytes are not copied. */
function contentOf({ weights }: SessionSource): Map<string, Uint8Array> {
  return new Map(weights.map(({ location, bytes }) => [location, new Uint8Array(bytes!)]));
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
