import { type RuleChoice, vjp } from '@incognita/autodiff';
import { imageInput, type Model } from '@incognita/onnx';
import type { Feeds } from '@incognita/runtime';
import type { Expression } from '../featurevis/objective/expression.js';
import { inPlainNames } from '../featurevis/render/inPlainNames.js';
import { objectiveGraph, RGB, SCORE, targetName } from '../featurevis/render/objectiveGraph.js';
import { type LayerLayout, layerLayout } from '../layout/layerLayout.js';
import { pictureSizeOf } from '../layout/pictureSizeOf.js';
import type { Preprocessing } from '../preprocessing/preprocessing.js';
import type { GraphRunner } from './graphRunner.js';

/** Options of {@link attributionGraphs}. */
export interface AttributionGraphsOptions {
  /** What is explained: one unit, as `channel(layer, 3)`, `classLogit(logits, 207)` or `neuron(layer, 3, { row, column })`. */
  readonly target: Expression;
  readonly preprocessing: Preprocessing;
  /** Pictures of one run; default 8, or what the network insists on. */
  readonly batch?: number;
}

/** The graphs that explain one layer's units, written when a method first asks. */
export interface AttributionGraphs {
  /** The explanation, run by a runner. */
  on(runner: GraphRunner): Attribution;
}

/** A network and a unit of it to explain, ready for any method. Graphs of gradients are written when a method first asks. */
export interface Attribution {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly planes: number;
  readonly batch: number;
  /** Name of the network's own input, behind the normalisation. */
  readonly input: string;
  /** How a layer lies over the picture. */
  layout(tensor: string): LayerLayout;
  /** The same for another channel of the unit's layer, with the graphs that are there already. */
  forChannel(channel: number): Attribution;
  /** The unit's value for pictures [n, planes, h, w] in 0 … 1, any number of them. */
  scores(pictures: Float32Array): Promise<Float32Array>;
  /** For each picture of `pictures` its value, the gradient (or relevance) by a tensor, and tensors of the forward pass. */
  pullBack(pictures: Float32Array, options?: PullBackOptions): Promise<PulledBack>;
}

/** Options of {@link Attribution.pullBack}. */
export interface PullBackOptions {
  /** Default: the picture in 0 … 1. */
  readonly wrt?: string;
  readonly rules?: RuleChoice;
  readonly keep?: readonly string[];
}

/** What {@link Attribution.pullBack} gives, for all pictures one after the other. */
export interface PulledBack {
  readonly scores: Float32Array;
  readonly values: Float32Array;
  readonly kept: Readonly<Record<string, Float32Array>>;
}

const BATCH = 8;

/**
 * The graphs of {@link prepareAttribution} without what runs them: this file needs no Node.
 *
 * @throws RangeError where the unit does not exist; LayerLayoutError where its layer has no channels.
 */
export function attributionGraphs(
  model: Model,
  { target, preprocessing, ...options }: AttributionGraphsOptions,
): AttributionGraphs {
  const { name: input, batch: fixed } = imageInput(model);
  const batch = fixed ?? options.batch ?? BATCH;
  const size = pictureSizeOf(model, preprocessing);
  const graph = objectiveGraph(model, { preprocessing, objective: target, batch, ...size });
  const { planes } = graph;
  const [aim, ...others] = graph.targets;
  if (aim === undefined || others.length > 0 || aim.term.kind !== 'unit')
    throw new RangeError('One unit is explained at a time: give channel(…), neuron(…) or classLogit(…).');
  const { term } = aim;
  const pictureSize = planes * size.widthPx * size.heightPx;
  const written = new Map<string, Model>();
  const edit = (key: string, write: () => Model): Model => {
    const known = written.get(key) ?? write();
    written.set(key, known);
    return known;
  };
  const run = async (
    runner: GraphRunner,
    edited: Model,
    pictures: Float32Array,
    targets: Float32Array,
    outputs: readonly string[],
  ) => {
    const count = pictures.length / pictureSize;
    if (!Number.isInteger(count) || count < 1)
      throw new RangeError(
        `Pictures of ${size.widthPx}×${size.heightPx} pixels and ${planes} planes hold ${pictureSize} values each; ${pictures.length} were given.`,
      );
    const runs: Feeds[] = [];
    for (let from = 0; from < count; from += batch) {
      const data = new Float32Array(batch * pictureSize);
      data.set(pictures.subarray(from * pictureSize, (from + batch) * pictureSize));
      runs.push({
        [RGB]: { dtype: 'float32', dims: [batch, planes, size.heightPx, size.widthPx], data },
        [targetName(0)]: { dtype: 'float32', dims: [batch, aim.size], data: targets },
      });
    }
    const results = await runner.run(edited, runs, outputs);
    return (name: string): Float32Array => {
      const whole = results.map((result) => result[name]!.data as Float32Array);
      const length = whole[0]!.length;
      const joined = new Float32Array(whole.length * length);
      for (const [i, part] of whole.entries()) joined.set(part, i * length);
      return joined.subarray(0, (joined.length / (whole.length * batch)) * count);
    };
  };
  const explain = (runner: GraphRunner, vector: Float32Array): Attribution => ({
    ...size,
    planes,
    batch,
    input,
    layout: (tensor) => layerLayout(model, tensor, size),
    forChannel: (channel) => explain(runner, unitVector({ ...term, target: { channel } }, aim.size)),
    async scores(pictures) {
      const result = await run(
        runner,
        edit('score', () => graph.model),
        pictures,
        repeated(vector),
        [SCORE],
      );
      return result(SCORE);
    },
    async pullBack(pictures, { wrt = RGB, rules = 'exact', keep = [] } = {}) {
      const key = JSON.stringify([wrt, rules, keep]);
      const edited = edit(key, () =>
        inPlainNames(target, () => vjp(graph.model, { of: SCORE, wrt, seed: 'ones', rules, keep: [SCORE, ...keep] })),
      );
      const name = `${isRelevance(rules) ? 'relevance' : 'grad'}:${wrt}`;
      const result = await run(runner, edited, pictures, repeated(vector), [name, SCORE, ...keep]);
      return {
        scores: result(SCORE),
        values: result(name),
        kept: Object.fromEntries(keep.map((tensor) => [tensor, result(tensor)])),
      };
    },
  });
  const repeated = (vector: Float32Array): Float32Array =>
    Float32Array.from({ length: batch * aim.size }, (_, i) => vector[i % aim.size]!);
  const own = unitVector(term, aim.size);
  return { on: (runner) => explain(runner, own) };
}

function unitVector(term: Extract<Expression, { kind: 'unit' }>, size: number): Float32Array {
  if (!('channel' in term.target)) {
    if (term.target.vector.length !== size)
      throw new RangeError(`A direction in ${term.layer} has ${size} numbers, not ${term.target.vector.length}.`);
    return Float32Array.from(term.target.vector);
  }
  const { channel } = term.target;
  if (!(Number.isInteger(channel) && channel >= 0 && channel < size))
    throw new RangeError(
      `There is no channel ${channel} in ${term.layer}: it has ${size === 1 ? 'one, 0' : `${size}, 0 … ${size - 1}`}.`,
    );
  const unit = new Float32Array(size);
  unit[channel] = 1;
  return unit;
}

function isRelevance(rules: RuleChoice): boolean {
  const one = (choice: unknown): boolean =>
    choice === 'lrp' || (typeof choice === 'object' && (choice as { name?: string }).name === 'lrp');
  return Array.isArray(rules) ? rules.some(one) : one(rules);
}
