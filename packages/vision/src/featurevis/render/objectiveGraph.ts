import { cut, GraphBuilder, imageInput, type Model, opset } from '@incognita/onnx';
import { type LayerLayout, layerLayout } from '../../layout/layerLayout.js';
import { type LayerValue, layerValue } from '../../layout/layerValue.js';
import type { Preprocessing } from '../../preprocessing/preprocessing.js';
import { type Expression, type Term, termsOf } from '../objective/expression.js';
import { objectiveNodes } from '../objective/objectiveNodes.js';
import { termNodes } from '../objective/termNodes.js';
import { normalizeNodes } from './normalizeNodes.js';

/** Names of inputs and outputs of {@link objectiveGraph}. */
export const RGB = 'render/rgb';
export const SCORE = 'render/score';
export const DOT = 'render/dot';
export const COSINE = 'render/cosine';
/** What keeps a picture near its start, apart from the score, so that the two can be weighed while it is optimised. */
export const DRIFT = 'render/drift';

/** Name of the input with the i-th target. */
export function targetName(i: number): string {
  return i === 0 ? 'render/targets' : `render/targets/${i}`;
}

/** Options of {@link objectiveGraph}. */
export interface ObjectiveGraphOptions {
  readonly preprocessing: Preprocessing;
  readonly objective: Expression;
  readonly batch: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What an objective's graph takes and gives. */
export interface ObjectiveGraph {
  readonly model: Model;
  /** Planes of the picture: 3 for colour, 1 for grey, or as many as the network's input has. */
  readonly planes: number;
  /** Of every target, in order of the terms: how many numbers it has. */
  readonly targets: readonly { readonly size: number; readonly term: Term }[];
  /** Whether there are `render/dot` and `render/cosine`: those of the first unit. */
  readonly measures: boolean;
  /** Whether the first half of the batch is optimised and the second half holds start pictures (there is a `drift`). */
  readonly references: boolean;
}

/**
 * The network up to the objective's layers with its normalisation before and the objective behind: `render/rgb` [batch, planes, h, w] in 0 … 1 and
 * one input a target to the score, and dot product and cosine of the first unit, each [batch]. With a `drift` term the batch is doubled.
 *
 * @throws LayerLayoutError where a layer has no channels; Error where the network cannot take pictures of this size.
 */
export function objectiveGraph(model: Model, options: ObjectiveGraphOptions): ObjectiveGraph {
  const { preprocessing, objective, batch, widthPx, heightPx } = options;
  const input = imageInput(model);
  checkSize(input.name, input.width, widthPx, 'wide');
  checkSize(input.name, input.height, heightPx, 'high');
  const terms = termsOf(objective);
  const references = terms.some(({ kind }) => kind === 'drift');
  const rows = references ? 2 * batch : batch;
  if (input.batch !== null && input.batch !== rows)
    throw new Error(
      `The model insists on batches of ${input.batch} pictures, but ${rows} would be run together${references ? ' (pictures and their starts)' : ''}.`,
    );
  const layers = [...new Set(terms.flatMap((term) => ('layer' in term && term.layer !== undefined ? [term.layer] : [])))];
  if (layers.length === 0) throw new Error('The objective looks at no layer of the network.');
  const layouts = new Map(layers.map((layer) => [layer, layerLayout(model, layer, { widthPx, heightPx })]));
  const part = cut(model, { outputs: layers });
  const others = part.graph.inputs.filter(({ name }) => name !== input.name).map(({ name }) => name);
  if (others.length > 0)
    throw new Error(`The layer's tensor \`${layers[0]}\` depends on further inputs than the picture: ${others.join(', ')}.`);
  const b = new GraphBuilder({ name: 'objective', prefix: 'render/', opset: opset(model) });
  b.reserve([RGB, SCORE, DOT, COSINE, DRIFT, ...terms.map((_, i) => targetName(i))]);
  const planes = preprocessing.mean.length;
  const rgb = b.input(RGB, 'float32', [rows, planes, heightPx, widthPx]);
  normalizeNodes(b, rgb, preprocessing, input.name);
  b.append(part.graph.nodes, part.graph.initializers);
  const half = (value: LayerValue, from: number): LayerValue =>
    references
      ? {
          tensor: b.op('Slice', [value.tensor, b.i64([from]), b.i64([from + batch]), b.i64([0])]),
          dims: [batch, value.dims[1], value.dims[2], value.dims[3]],
        }
      : value;
  const whole = (layout: LayerLayout, token?: number): LayerValue => layerValue(b, layout, rows, token);
  const picture = half({ tensor: rgb, dims: [rows, planes, heightPx, widthPx] }, 0);
  const targets: { size: number; term: Term }[] = [];
  let measured: { readonly dot: string; readonly cosine: string } | null = null;
  let drifts: string | null = null;
  const zero = (): string => b.f32(new Float32Array(batch), [batch]);
  const target = (term: Term, size: number): string => {
    targets.push({ size, term });
    return b.input(targetName(targets.length - 1), 'float32', [batch, size]);
  };
  const write = (node: Expression): string => {
    if (node.kind === 'sum') return node.of.map(write).reduce((x, y) => b.op('Add', [x, y]));
    if (node.kind === 'product') return node.of.map(write).reduce((x, y) => b.op('Mul', [x, y]));
    if (node.kind === 'scaled') return b.op('Mul', [write(node.of), b.f32(node.by)]);
    if (node.kind === 'unit') {
      const token = typeof node.at === 'object' && 'token' in node.at ? node.at.token : undefined;
      const layer = half(whole(layouts.get(node.layer)!, token), 0);
      const values = objectiveNodes(b, layer, target(node, layer.dims[1]), node);
      measured ??= values;
      return values.score;
    }
    const layout = 'layer' in node && node.layer !== undefined ? layouts.get(node.layer)! : null;
    const all = layout === null ? null : whole(layout);
    const layer = all === null ? picture : half(all, 0);
    const [, channels, height, width] = layer.dims;
    const reference = node.kind === 'drift' ? half(all!, batch).tensor : null;
    const aim = node.kind === 'tensorDirection' ? target(node, channels * height * width) : null;
    const value = termNodes(b, node, { picture, layer, reference, target: aim });
    if (node.kind !== 'drift') return value;
    drifts = drifts === null ? value : b.op('Add', [drifts, value]);
    return zero();
  };
  b.output(write(objective), 'float32', [batch], SCORE);
  const found = measured as { dot: string; cosine: string } | null;
  if (found !== null) {
    b.output(found.dot, 'float32', [batch], DOT);
    b.output(found.cosine, 'float32', [batch], COSINE);
  }
  if (drifts !== null) b.output(drifts, 'float32', [batch], DRIFT);
  return { model: { ...model, graph: b.graph() }, planes, targets, measures: found !== null, references };
}

function checkSize(name: string, fixed: number | null, wanted: number, axis: string): void {
  if (fixed !== null && fixed !== wanted)
    throw new Error(
      `The model's input \`${name}\` must be ${fixed} pixels ${axis}; pictures of ${wanted} pixels cannot be optimised for it.`,
    );
}
