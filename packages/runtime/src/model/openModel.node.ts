import { type RuleChoice, vjp } from '@incognita/autodiff';
import { cut, inferShapes, type Model } from '@incognita/onnx';
import type { EngineChoice, EngineInfo } from '../engine/engine.js';
import { loadModelSource, type ModelInput } from '../session/loadModelSource.node.js';
import { sessionSource } from '../session/sessionSource.node.js';
import type { ModelSource, SessionSource } from '../session/source.js';
import { compact, type Feeds, type Tensor } from '../tensor.js';
import { WorkerPool } from '../worker/pool.node.js';
import { checkFeeds } from './feeds.js';
import type { RunSessionArgs } from './runSession.js';
import { joinResults, splitFeeds } from './splitBatch.js';

/** Options of {@link openModel}. */
export interface OpenModelOptions {
  /** Default `auto`: the native engine, or WebAssembly where it is missing. INCOGNITA_ENGINE outranks it. */
  readonly device?: EngineChoice;
  /** Worker threads; default 1. */
  readonly workers?: number;
  /** Threads of ONNX Runtime in each worker; default 1. */
  readonly threads?: number;
  /** Budget of each worker's session cache; default 1 GiB. */
  readonly memoryBytes?: number;
  /** Whether sessions may copy the weights for ~30 % more speed in large batches; default false: they share the mapped file. */
  readonly prepack?: boolean;
}

/** Options of one run. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Cut the batch into as many parts as there are workers, and join the outputs along axis 0. Default false. */
  readonly splitBatch?: boolean;
}

/** Options of {@link OpenModel.run}. */
export interface TapOptions extends RunOptions {
  /** Tensors of the graph to return beside the outputs. */
  readonly tap?: readonly string[];
  /** Which of the model's outputs to compute; default all. What nothing asks for is not computed. */
  readonly outputs?: readonly string[];
}

/** What to differentiate. */
export interface GradientOptions {
  /** Tensors whose cotangents are given. */
  readonly of: string | readonly string[];
  /** Tensors to differentiate with respect to. */
  readonly wrt: string | readonly string[];
  /** Tensors of the forward pass to return as well. */
  readonly keep?: readonly string[];
  /** How cotangents go back; default `exact`. With `lrp` the results are the relevance of each `wrt`. */
  readonly rules?: RuleChoice;
}

/** An edit of the model, ready to run. */
export interface ModelSession {
  readonly model: Model;
  run(feeds: Feeds, options?: RunOptions): Promise<Record<string, Tensor>>;
  /** Closes the session in the workers. */
  dispose(): Promise<void>;
}

/** A model that runs in worker threads; the calling thread never blocks. */
export interface OpenModel {
  /** The model as read. */
  readonly model: Model;
  readonly source: ModelSource;
  readonly engine: EngineInfo;
  /** The workers, for tasks of one's own. */
  readonly pool: WorkerPool;
  /** Runs the model; the result holds the outputs and the tapped tensors by name. */
  run(feeds: Feeds, options?: TapOptions): Promise<Record<string, Tensor>>;
  /**
   * The vector-Jacobian product. Feeds are the model's inputs and one cotangent for each `of`, named `cotangent:<of>`, or
   * `cotangent` if `of` is one tensor; it may be absent (1) where `of` is one scalar.
   *
   * @returns the gradients by the names in `wrt`, and the tensors of `keep`.
   */
  gradient(what: GradientOptions, feeds: Feeds, options?: RunOptions): Promise<Record<string, Tensor>>;
  /** Any edit of this model, run in the same workers on the same weights. */
  session(edited: Model): Promise<ModelSession>;
  dispose(): Promise<void>;
}

/**
 * Opens an ONNX model.
 *
 * @param input path of an ONNX file, `{ bytes, folder?, file? }`, or a model that was built.
 * @throws where a file is missing or no model, or no engine runs here.
 * @example
 * const model = await openModel('squeezenet1_1.onnx');
 * const { logits, fire8 } = await model.run({ image }, { tap: ['fire8'] });
 * await model.dispose();
 */
export async function openModel(input: ModelInput, options: OpenModelOptions = {}): Promise<OpenModel> {
  const { device = 'auto', workers = 1, threads = 1, memoryBytes = 2 ** 30, prepack = false } = options;
  const pool = new WorkerPool({ workers, engine: device, threadsPerWorker: threads, memoryBytes });
  try {
    const engine = await pool.engine();
    const source = await loadModelSource(input, { weights: engine.name === 'wasm' ? 'memory' : 'map' });
    return new PooledModel({ source, pool, engine, prepack });
  } catch (error) {
    await pool.dispose();
    throw error;
  }
}

const RUN_SESSION = { module: new URL('../../dist/model/runSession.js', import.meta.url).href, export: 'runSession' };

interface Prepared {
  readonly edited: Model;
  readonly written: SessionSource;
}

class PooledModel implements OpenModel {
  readonly source: ModelSource;
  readonly pool: WorkerPool;
  readonly engine: EngineInfo;
  readonly #prepack: boolean;
  readonly #inputs: ReadonlySet<string>;
  // Edits by what was asked for, so that a loop over `run` writes its graph once. The last few are kept.
  readonly #prepared = new Map<string, Prepared>();

  constructor(parts: { source: ModelSource; pool: WorkerPool; engine: EngineInfo; prepack: boolean }) {
    this.source = parts.source;
    this.pool = parts.pool;
    this.engine = parts.engine;
    this.#prepack = parts.prepack;
    this.#inputs = new Set(parts.source.model.graph.inputs.map(({ name }) => name));
  }

  get model(): Model {
    return this.source.model;
  }

  async run(feeds: Feeds, { tap = [], outputs, ...options }: TapOptions = {}): Promise<Record<string, Tensor>> {
    const own = this.model.graph.outputs.map(({ name }) => name);
    for (const name of outputs ?? []) {
      if (!own.includes(name))
        throw new RangeError(`there is no output '${name}'; outputs are ${own.join(', ')} (tap reads any tensor)`);
    }
    const wanted = [...new Set([...(outputs ?? own), ...tap])];
    if (wanted.length === 0) throw new RangeError('nothing is asked for: name outputs or tensors to tap');
    const prepared = this.#prepare(`run ${JSON.stringify(wanted)}`, () => cut(this.model, { outputs: wanted }));
    return this.#run(prepared, feeds, options, this.#inputs);
  }

  async gradient(what: GradientOptions, feeds: Feeds, options: RunOptions = {}): Promise<Record<string, Tensor>> {
    const of = typeof what.of === 'string' ? [what.of] : [...what.of];
    const wrt = typeof what.wrt === 'string' ? [what.wrt] : [...what.wrt];
    const keep = [...(what.keep ?? [])];
    const rules = what.rules ?? 'exact';
    const twice = keep.filter((name) => wrt.includes(name));
    if (twice.length > 0) {
      throw new RangeError(
        `${twice.join(', ')} is in both wrt and keep, and a result has one tensor of a name: run session(vjp(model, …)), ` +
          `which gives 'grad:${twice[0]}' and '${twice[0]}'`,
      );
    }
    const { cotangent, ...named } = feeds;
    const short = cotangent !== undefined && of.length === 1 && !this.#inputs.has('cotangent');
    const given = short ? { ...named, [`cotangent:${of[0]}`]: cotangent } : feeds;
    const seed = of.length === 1 && given[`cotangent:${of[0]}`] === undefined && this.#isScalar(of[0]!) ? 'ones' : 'input';
    const prepared = this.#prepare(`gradient ${JSON.stringify([of, wrt, keep, seed, rules])}`, () =>
      vjp(this.model, { of, wrt, keep, seed, rules }),
    );
    const result = await this.#run(prepared, given, options, this.#inputs);
    // The first outputs are those of `wrt`: `grad:<wrt>`, or what the rule set calls them.
    return Object.fromEntries([
      ...wrt.map((name, i) => [name, result[prepared.edited.graph.outputs[i]!.name]!] as const),
      ...keep.map((name) => [name, result[name]!] as const),
    ]);
  }

  async session(edited: Model): Promise<ModelSession> {
    const prepared = { edited, written: sessionSource(this.source, edited) };
    let open = true;
    return {
      model: edited,
      run: async (feeds, options = {}) => {
        if (!open) throw new Error('this session was disposed of: open it again');
        return this.#run(prepared, feeds, options, new Set());
      },
      dispose: async () => {
        if (open) this.pool.drop(prepared.written.key);
        open = false;
      },
    };
  }

  dispose(): Promise<void> {
    return this.pool.dispose();
  }

  #isScalar(tensor: string): boolean {
    return (
      inferShapes(this.model)
        .get(tensor)
        ?.shape?.every((dim) => dim === 1) ?? false
    );
  }

  async #run(
    { edited, written }: Prepared,
    feeds: Feeds,
    { signal, splitBatch = false }: RunOptions,
    known: ReadonlySet<string>,
  ): Promise<Record<string, Tensor>> {
    const { inputs } = edited.graph;
    const checked = checkFeeds(inputs, feeds, known);
    const run = (part: Feeds) =>
      this.pool.run<RunSessionArgs, Record<string, Tensor>>(
        RUN_SESSION,
        { source: written, options: { prepack: this.#prepack }, feeds: compact(part) },
        signal === undefined ? {} : { signal },
      );
    if (!splitBatch || this.pool.size === 1) return run(checked);
    const parts = splitFeeds(inputs, checked, this.pool.size);
    return joinResults(parts, await Promise.all(parts.map((part) => run(part.feeds))));
  }

  #prepare(key: string, edit: () => Model): Prepared {
    let prepared = this.#prepared.get(key);
    if (prepared === undefined) {
      const edited = edit();
      prepared = { edited, written: sessionSource(this.source, edited) };
    } else this.#prepared.delete(key);
    this.#prepared.set(key, prepared);
    const [oldest] = this.#prepared.keys();
    if (this.#prepared.size > 16 && oldest !== undefined) this.#prepared.delete(oldest);
    return prepared;
  }
}
