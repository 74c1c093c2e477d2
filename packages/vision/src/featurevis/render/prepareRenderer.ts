import { type RuleChoice, vjp } from '@incognita/autodiff';
import { type ModelSource, type SessionSource, sessionSource } from '@incognita/runtime';
import type { PictureSize } from '../../layout/pictureShapes.js';
import type { Preprocessing } from '../../preprocessing/preprocessing.js';
import type { Expression, Target, Term } from '../objective/expression.js';
import { cosineDirectionObjective, type Objective } from '../objective/objective.js';
import { createParameterization, type ParameterizationChoice } from '../parameterization/choice.js';
import { inPlainNames } from './inPlainNames.js';
import { COSINE, DRIFT, objectiveGraph, RGB, SCORE } from './objectiveGraph.js';
import { parameterGraphs } from './parameterGraphs.js';

/** Options of {@link prepareRenderer}. */
export interface RendererOptions {
  /** The layer's tensor where `objective` is a formula for one layer; not needed for an expression. */
  readonly tensor?: string;
  readonly preprocessing: Preprocessing;
  /** Size of the pictures: one number for squares. */
  readonly sizePx: number | PictureSize;
  /** What the network sees of a picture at a time; default: all of it. */
  readonly windowPx?: number | PictureSize;
  /** Pictures that are optimised together; default 8: more no longer fit the cache. */
  readonly batch?: number;
  /** A formula for `tensor`, or an expression of terms. Default: {@link cosineDirectionObjective}. */
  readonly objective?: Objective | Expression;
  /** Default: Fourier with decay 1. */
  readonly parameterization?: ParameterizationChoice;
  /** How the gradient passes the network; default exactly. */
  readonly rules?: RuleChoice;
}

/** One target of a renderer: how many numbers it has, and those of the expression where it gives them. */
export interface RenderTarget {
  readonly size: number;
  readonly values: Float32Array | null;
}

/** All that a worker needs to optimise pictures for one objective; it can be sent to many of them. */
export interface Renderer {
  readonly widthPx: number;
  readonly heightPx: number;
  /** What the network sees at a time. */
  readonly window: PictureSize;
  /** 3 for colour, 1 for grey, or as many as the network's input has. */
  readonly planes: number;
  readonly batch: number;
  /** Length of the first target. */
  readonly channels: number;
  /** Every target of the objective in order of its terms. */
  readonly targets: readonly RenderTarget[];
  readonly parameterization: ParameterizationChoice;
  /** Whether dot product and cosine of the first unit are measured. */
  readonly measures: boolean;
  /** Whether start pictures run beside the optimised ones, because the objective has a drift. */
  readonly references: boolean;
  /** Whether the way back to parameters needs them. */
  readonly nonlinear: boolean;
  readonly sessions: {
    /** `parameters` → `picture`. */
    readonly picture: SessionSource;
    /** `picture`, `cotangent:picture` (and `parameters`) → `grad:parameters`. */
    readonly parameters: SessionSource;
    /** `render/rgb`, the targets → score, dot, cosine. */
    readonly score: SessionSource;
    /** The same inputs (and cotangents of score and drift) → score, cosine and `grad:render/rgb`. */
    readonly gradient: SessionSource;
    /** The gradient for pictures that get none otherwise: it passes rectifiers whose units are all dead (autodiff's redirectedRelu). */
    readonly rescue: SessionSource;
  };
}

/**
 * Builds the graphs of the renderer once: the network up to the objective's layers with the objective, the gradient, and the parameterization both
 * ways.
 *
 * @throws MissingRuleError where the network has an operator without a gradient on the way; RangeError where a channel does not exist;
 *   Error where the network cannot take pictures of this size.
 * @example
 * const source = await loadModelSource('net.onnx');
 * const renderer = prepareRenderer(source, { objective: channel(layer.tensor, 17), preprocessing, sizePx: 128, batch: 1 });
 */
export function prepareRenderer(source: ModelSource, options: RendererOptions): Renderer {
  const { preprocessing, batch = 8, rules = 'exact' } = options;
  const choice = options.parameterization ?? { kind: 'fourier' };
  const size = sizeOf(options.sizePx);
  const window = options.windowPx === undefined ? size : sizeOf(options.windowPx);
  const objective = expressionOf(options);
  const graph = objectiveGraph(source.model, { preprocessing, objective, batch, ...window });
  const { model, planes, references, measures } = graph;
  const targets = graph.targets.map(({ size: length, term }) => ({ size: length, values: valuesOf(term, length) }));
  const graphs = parameterGraphs(createParameterization(choice, { ...size, planes }), batch);
  const keep = measures ? [SCORE, COSINE] : [SCORE];
  const gradient = inPlainNames(objective, () =>
    references
      ? vjp(model, { of: [SCORE, DRIFT], wrt: RGB, keep: [...keep, DRIFT], rules })
      : vjp(model, { of: SCORE, wrt: RGB, seed: 'ones', keep, rules }),
  );
  return {
    ...size,
    window,
    planes,
    batch,
    channels: targets[0]?.size ?? 0,
    targets,
    parameterization: choice,
    measures,
    references,
    nonlinear: graphs.nonlinear,
    sessions: {
      picture: sessionSource(source, graphs.forward),
      parameters: sessionSource(source, graphs.backward),
      score: sessionSource(source, model),
      gradient: sessionSource(source, gradient),
      rescue: sessionSource(source, vjp(model, { of: SCORE, wrt: RGB, seed: 'ones', rules: 'redirectedRelu' })),
    },
  };
}

function sizeOf(px: number | PictureSize): PictureSize {
  return typeof px === 'number' ? { widthPx: px, heightPx: px } : px;
}

/** The expression; a formula for one layer becomes a unit whose direction comes with the arguments of a render. */
function expressionOf({ objective = cosineDirectionObjective(), tensor }: RendererOptions): Expression {
  if ('kind' in objective) return objective;
  if (tensor === undefined) throw new Error('A formula needs `tensor`: the layer that it looks at.');
  return { kind: 'unit', layer: tensor, target: { vector: [] }, ...objective };
}

/** The numbers that a term gives for its target; null where it leaves them open. */
function valuesOf(term: Term, size: number): Float32Array | null {
  if (term.kind === 'tensorDirection') {
    if (term.values.length !== size)
      throw new RangeError(`The layer ${term.layer} holds ${size} values for a picture of this size, not ${term.values.length}.`);
    return Float32Array.from(term.values);
  }
  if (term.kind !== 'unit') return null;
  return targetVector(term.layer, term.target, size);
}

function targetVector(layer: string, target: Target, size: number): Float32Array | null {
  if ('channel' in target) {
    const { channel } = target;
    if (!(Number.isInteger(channel) && channel >= 0 && channel < size))
      throw new RangeError(
        `There is no channel ${channel} in ${layer}: it has ${size === 1 ? 'one, 0' : `${size}, 0 … ${size - 1}`}.`,
      );
    const unit = new Float32Array(size);
    unit[channel] = 1;
    return unit;
  }
  if (target.vector.length === 0) return null;
  if (target.vector.length !== size)
    throw new RangeError(`A direction in ${layer} has ${size} numbers, one a channel, not ${target.vector.length}.`);
  return Float32Array.from(target.vector);
}
