import { cut, GraphBuilder, inferShapes, type Model, opset } from '@incognita/onnx';
import { imageInput } from '../../preprocessing/imageInput.js';
import type { Preprocessing } from '../../preprocessing/preprocessing.js';
import type { Objective } from '../objective/objective.js';
import { type LayerValue, objectiveNodes } from '../objective/objectiveNodes.js';
import { normalizeNodes } from './normalizeNodes.js';

/** Names of inputs and outputs of {@link objectiveGraph}. */
export const RGB = 'render/rgb';
export const TARGETS = 'render/targets';
export const SCORE = 'render/score';
export const DOT = 'render/dot';
export const COSINE = 'render/cosine';

/** Options of {@link objectiveGraph}. */
export interface ObjectiveGraphOptions {
  /** The layer's tensor: [batch, channels, h, w] or [batch, channels]. */
  readonly tensor: string;
  readonly preprocessing: Preprocessing;
  readonly objective: Objective;
  readonly batch: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * The network up to a layer with its normalisation before and an objective behind: `render/rgb` [batch, 3, h, w] in 0 … 1 and
 * `render/targets` [batch, channels] to score, dot product and cosine, each [batch].
 *
 * @throws Error where the layer is no map of channels, or the network cannot take pictures of this size.
 */
export function objectiveGraph(model: Model, options: ObjectiveGraphOptions): { model: Model; layer: LayerValue } {
  const { tensor, preprocessing, objective, batch, widthPx, heightPx } = options;
  const input = imageInput(model);
  checkSize(input.name, input.widthPx, widthPx, 'wide');
  checkSize(input.name, input.heightPx, heightPx, 'high');
  const part = cut(model, { outputs: [tensor] });
  const others = part.graph.inputs.filter(({ name }) => name !== input.name).map(({ name }) => name);
  if (others.length > 0)
    throw new Error(`The layer's tensor \`${tensor}\` depends on further inputs than the picture: ${others.join(', ')}.`);
  const b = new GraphBuilder({ name: 'objective', prefix: 'render/', opset: opset(model) });
  b.reserve([RGB, TARGETS, SCORE, DOT, COSINE]);
  const rgb = b.input(RGB, 'float32', [batch, 3, heightPx, widthPx]);
  normalizeNodes(b, rgb, preprocessing, input.name);
  b.append(part.graph.nodes, part.graph.initializers);
  const layer = { tensor, dims: layerDims({ ...model, graph: b.graph() }, tensor, batch) };
  const targets = b.input(TARGETS, 'float32', [batch, layer.dims[1]]);
  const values = objectiveNodes(b, layer, targets, objective);
  b.output(values.score, 'float32', [batch], SCORE);
  b.output(values.dot, 'float32', [batch], DOT);
  b.output(values.cosine, 'float32', [batch], COSINE);
  return { model: { ...model, graph: b.graph() }, layer };
}

function checkSize(name: string, fixed: number | null, wanted: number, axis: string): void {
  if (fixed !== null && fixed !== wanted)
    throw new Error(
      `The model's input \`${name}\` must be ${fixed} pixels ${axis}; pictures of ${wanted} pixels cannot be optimised for it.`,
    );
}

function layerDims(model: Model, tensor: string, batch: number): LayerValue['dims'] {
  const shape = inferShapes(model).get(tensor)?.shape;
  const dims = shape?.length === 2 ? [...shape, 1, 1] : shape;
  if (dims?.length !== 4 || !dims.slice(1).every((dim) => typeof dim === 'number' && dim > 0))
    throw new Error(
      `The tensor \`${tensor}\` has the shape [${shape?.join(', ') ?? 'unknown'}] for pictures of this size; [n, channels, h, w] or [n, channels] is needed.`,
    );
  const [, channels, height, width] = dims as number[];
  return [batch, channels!, height!, width!];
}
