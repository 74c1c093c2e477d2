import { vjp } from '@incognita/autodiff';
import { type ModelSource, type SessionSource, sessionSource } from '@incognita/runtime';
import type { Preprocessing } from '../../preprocessing/preprocessing.js';
import { cosineDirectionObjective, type Objective } from '../objective/objective.js';
import { createParameterization, type ParameterizationChoice } from '../parameterization/choice.js';
import { COSINE, objectiveGraph, RGB, SCORE } from './objectiveGraph.js';
import { parameterGraphs } from './parameterGraphs.js';

/** Options of {@link prepareRenderer}. */
export interface RendererOptions {
  /** The layer's tensor, [n, channels, h, w] or [n, channels]. */
  readonly tensor: string;
  readonly preprocessing: Preprocessing;
  /** Side of the pictures. */
  readonly sizePx: number;
  /** Pictures that are optimised together; default 8: more no longer fit the cache. */
  readonly batch?: number;
  /** Default: {@link cosineDirectionObjective}. */
  readonly objective?: Objective;
  /** Default: Fourier with decay 1. */
  readonly parameterization?: ParameterizationChoice;
}

/** All that a worker needs to optimise pictures for one layer; it can be sent to many of them. */
export interface Renderer {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly batch: number;
  /** Length of a target. */
  readonly channels: number;
  readonly parameterization: ParameterizationChoice;
  readonly sessions: {
    /** `parameters` → `picture`. */
    readonly picture: SessionSource;
    /** `picture`, `cotangent:picture` → `grad:parameters`. */
    readonly parameters: SessionSource;
    /** `render/rgb`, `render/targets` → score, dot, cosine. */
    readonly score: SessionSource;
    /** The same inputs → score, cosine and `grad:render/rgb`. */
    readonly gradient: SessionSource;
    /** The gradient for pictures that get none otherwise: it passes rectifiers whose units are all dead (autodiff's redirectedRelu). */
    readonly rescue: SessionSource;
  };
}

/**
 * Builds the graphs of the renderer once for a layer: the network up to there with its objective, the gradient, and the parameterization both ways.
 *
 * @throws MissingRuleError where the network has an operator without a gradient; Error where it cannot take pictures of this size.
 * @example
 * const renderer = prepareRenderer(await loadModelSource('net.onnx'), { tensor: layer.tensor, preprocessing, sizePx: 96 });
 */
export function prepareRenderer(source: ModelSource, options: RendererOptions): Renderer {
  const { tensor, preprocessing, sizePx, batch = 8, objective = cosineDirectionObjective() } = options;
  const choice = options.parameterization ?? { kind: 'fourier' };
  const size = { widthPx: sizePx, heightPx: sizePx };
  const { model, layer } = objectiveGraph(source.model, { tensor, preprocessing, objective, batch, ...size });
  const graphs = parameterGraphs(createParameterization(choice, size), batch);
  return {
    ...size,
    batch,
    channels: layer.dims[1],
    parameterization: choice,
    sessions: {
      picture: sessionSource(source, graphs.forward),
      parameters: sessionSource(source, graphs.backward),
      score: sessionSource(source, model),
      gradient: sessionSource(source, vjp(model, { of: SCORE, wrt: RGB, seed: 'ones', keep: [SCORE, COSINE] })),
      rescue: sessionSource(source, vjp(model, { of: SCORE, wrt: RGB, seed: 'ones', rules: 'redirectedRelu' })),
    },
  };
}
