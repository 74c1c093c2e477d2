import type { Model } from '@incognita/onnx';
import { type Anatomy, findAnatomy, type Point, type RefusedPoint } from '../anatomy/anatomy.js';
import { type PreparedDecoder, prepareDecoder } from '../anatomy/prepare.js';
import { type DecoderInputs, decoderInputs, emptyCache, stepFeeds } from '../generation/feeds.js';
import { type BuiltGraph, buildGraph, type GraphRequest } from '../points/buildGraph.js';
import { clampFeeds, isIdle, type PointClamp, type ReadyClamp } from '../points/clamp.js';
import { findPoint } from '../points/findPoint.js';
import { fromGraph, type PointTensor } from '../points/pointTensor.js';
import { graphSlice, placeFeeds } from '../points/slices.js';
import type { TextTokenizer } from '../tokens/textTokenizer.js';
import { PromptError } from './errors.js';
import { collect, generate } from './generate.js';
import { onlyInputs } from './onlyInputs.js';
import type { GenerateOptions, Generation, GenerationStep, RunTextOptions, TextInput, TextRun } from './options.js';
import { resolveClamps } from './resolveClamps.js';
import type { GraphRunner } from './runner.js';
import { type SelfTest, selfTest } from './selfTest.js';
import { Sessions } from './sessions.js';

/** What a {@link LanguageModel} is made of. */
export interface LanguageModelParts {
  readonly model: Model;
  readonly runner: GraphRunner;
  /** Null: the model is worked with by ids alone. */
  readonly tokenizer: TextTokenizer | null;
  /** Longest text, where something beside the graph says so. */
  readonly context?: number | null;
  /** Ids that end a text. */
  readonly ends?: readonly number[];
}

/**
 * A decoder of text whose every point can be read and written, on whatever engine its runner has.
 *
 * @example
 * const { points, logits } = await model.run('Once upon a time', { taps: ['attn_probs.0'] });
 * const { text } = await model.complete('Once upon a time', { maxTokens: 20, clamps: [{ point: 'z.0', kind: 'zero', heads: [3] }] });
 */
export class LanguageModel {
  readonly anatomy: Anatomy;
  readonly tokenizer: TextTokenizer | null;
  /** Longest text in tokens; null where nothing limits it. */
  readonly context: number | null;
  readonly ends: readonly number[];
  /** The graphs that it works with. */
  readonly prepared: PreparedDecoder;
  readonly runner: GraphRunner;
  readonly inputs: DecoderInputs;
  readonly sessions: Sessions;
  readonly #graphs = new Map<string, BuiltGraph>();
  #test: SelfTest | null = null;
  #points: ReadonlyMap<string, Point | RefusedPoint>;

  /** @throws NotADecoderError; PromptError where the tokenizer does not belong to the model. */
  constructor({ model, runner, tokenizer, context = null, ends = [] }: LanguageModelParts) {
    this.prepared = prepareDecoder(model);
    this.anatomy = findAnatomy(this.prepared.plain);
    this.#points = this.anatomy.points;
    this.runner = runner;
    this.tokenizer = tokenizer;
    const { longest, vocabulary } = this.anatomy.inputs;
    const limits = [longest, context].filter((limit) => limit !== null);
    this.context = limits.length === 0 ? null : Math.min(...limits);
    this.ends = ends;
    this.inputs = decoderInputs(this.anatomy.inputs);
    this.sessions = new Sessions(runner);
    if (tokenizer !== null && tokenizer.size > vocabulary)
      throw new PromptError(
        `The tokenizer has ${tokenizer.size} tokens, but the model embeds ${vocabulary}: the tokenizer.json belongs to another model.`,
      );
  }

  /** Every canonical point, or why it is refused. */
  get points(): ReadonlyMap<string, Point | RefusedPoint> {
    return this.#points;
  }

  /** Refuses a point from now on. */
  refuse(name: string, refused: string): void {
    this.#points = new Map(this.#points).set(name, { name, refused });
  }

  /** The point of a name. @throws UnknownPointError, RefusedPointError */
  point(name: string): Point {
    return findPoint({ ...this.anatomy, points: this.#points }, name);
  }

  /**
   * The ids of a text.
   *
   * @throws PromptError for an empty text, ids that the model does not embed, a text longer than the context, or a text without a tokenizer.
   */
  ids(input: TextInput, special?: boolean): readonly number[] {
    const ids = typeof input === 'string' ? this.#encode(input, special) : input;
    const { vocabulary } = this.anatomy.inputs;
    if (ids.length === 0)
      throw new PromptError('The text has no tokens: give at least one, or let the begin-of-text token be put.');
    for (const id of ids)
      if (!Number.isInteger(id) || id < 0 || id >= vocabulary)
        throw new PromptError(`${id} is no token of a model that embeds ${vocabulary}: does the tokenizer belong to it?`);
    if (this.context !== null && ids.length > this.context)
      throw new PromptError(
        `The text has ${ids.length} tokens, the context of this model holds ${this.context}: shorten it by ${ids.length - this.context}.`,
      );
    return ids;
  }

  /** Runs the model over a text: logits of every position, and any points on the way. */
  async run(input: TextInput, options: RunTextOptions = {}): Promise<TextRun> {
    const { taps = [], slices = {}, clamps = [], logits = true } = options;
    const ids = this.ids(input, options.special);
    const ready = await this.clamps(clamps, ids);
    const points = [...new Set(taps)].map((name) => this.point(name));
    const parts = Object.entries(slices).map(([name, slice]) => ({ name, slice, point: this.point(slice.point) }));
    const cut = parts.map(({ slice, point }) => graphSlice(point, slice));
    const { built, key } = this.graph({
      taps: points,
      slices: cut,
      clamps: ready,
      logits: logits ? 'all' : 'none',
      cache: false,
    });
    const places = placeFeeds(
      built.slices,
      parts.map(({ slice }) => slice),
      { points: parts.map(({ point }) => point), positions: ids.length },
    );
    const session = await this.sessions.get(key, () => built.model);
    const feeds = { ...stepFeeds(this.inputs, ids, 0, emptyCache(this.inputs)), ...clampFeeds(ready, 0, ids.length), ...places };
    const outputs = await session.run(onlyInputs(feeds, built.model));
    const read = built.taps.map(({ point, axes, output }): [string, PointTensor] => [point, fromGraph(outputs[output]!, axes)]);
    return {
      ids,
      logits: built.logits === null ? null : fromGraph(outputs[built.logits]!, this.point('logits').axes),
      points: Object.fromEntries(read),
      slices: Object.fromEntries(built.slices.map(({ axes, output }, n) => [parts[n]!.name, fromGraph(outputs[output]!, axes)])),
    };
  }

  /** The edit of the decoder that does what is asked for; the last ones are kept. */
  graph(request: GraphRequest): { readonly built: BuiltGraph; readonly key: string } {
    const clamps = request.clamps.map(({ tensor, kind, name }) => [tensor, kind, name]);
    const slices = (request.slices ?? []).map(({ point, cut }) => [point.name, cut]);
    const key = JSON.stringify([request.taps.map(({ name }) => name), slices, clamps, request.logits, request.cache]);
    const built = this.#graphs.get(key) ?? buildGraph(this.prepared, this.anatomy, request);
    this.#graphs.delete(key);
    this.#graphs.set(key, built);
    const [oldest] = this.#graphs.keys();
    if (this.#graphs.size > 24 && oldest !== undefined) this.#graphs.delete(oldest);
    return { built, key };
  }

  /** Clamps with their values, those that change nothing left away. */
  clamps(clamps: readonly PointClamp[], text: readonly number[]): Promise<ReadyClamp[]> {
    return resolveClamps(
      this,
      clamps.filter((clamp) => !isIdle(clamp)),
      text,
    );
  }

  /**
   * Generates token by token. Leaving the loop stops the model.
   *
   * @throws PromptError, ClampError, NotFiniteLogitsError, or the signal's reason when cancelled.
   */
  generate(prompt: TextInput, options: GenerateOptions = {}): AsyncGenerator<GenerationStep, Generation['finish']> {
    return generate(this, prompt, options);
  }

  /** Generates to the end. */
  complete(prompt: TextInput, options: GenerateOptions = {}): Promise<Generation> {
    return collect(this, prompt, options);
  }

  /** What the last self-test measured; null before. */
  get test(): SelfTest | null {
    return this.#test;
  }

  /** Measures whether what was found holds; points that do not are refused from then on. */
  async selfTest(): Promise<SelfTest> {
    this.#test = await selfTest(this);
    return this.#test;
  }

  dispose(): Promise<void> {
    return this.runner.dispose();
  }

  #encode(text: string, special = true): readonly number[] {
    if (this.tokenizer === null)
      throw new PromptError('There is no tokenizer: give ids, or open the model with its tokenizer.json.');
    return this.tokenizer.ids(text, { special });
  }
}
