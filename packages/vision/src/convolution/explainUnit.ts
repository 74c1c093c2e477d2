import { cut, imageInput, type Model, type TensorType } from '@incognita/onnx';
import { elementCount, type Feeds, type ModelSource, sessionSource, type Tensor, type WorkerPool } from '@incognita/runtime';
import { runFeedsTask } from '../attribution/poolRunner.js';
import { indexOf } from '../attribution/positions.js';
import type { RunFeedsArgs } from '../attribution/runFeeds.task.js';
import { layerLayout } from '../layout/layerLayout.js';
import { pictureShapes } from '../layout/pictureShapes.js';
import type { Picture } from '../picture/picture.js';
import { preprocess } from '../preprocessing/preprocess.js';
import { inputDims, type Preprocessing } from '../preprocessing/preprocessing.js';
import { convolutionDotProduct, type DotProduct, denseDotProduct } from './dotProduct.js';
import { flattenedMap } from './flattenedMap.js';
import { offsetOf, placeOf } from './places.js';
import { slidingWindow } from './slidingWindow.js';
import { traceUnit, type UnitTrace } from './traceUnit.js';
import { PART, type Parts, partsOf, withKernel } from './unitParts.js';

/** Which unit, and what it looks at. */
export interface UnitQuestion {
  readonly preprocessing: Preprocessing;
  readonly pool: WorkerPool;
  readonly picture: Picture;
  /** The layer's tensor. */
  readonly tensor: string;
  readonly channel: number;
  /** Position in the layer; a row of −1 is the class token. */
  readonly row: number;
  readonly column: number;
  readonly signal?: AbortSignal;
}

/** One unit at one position: the dot product behind it, and what becomes of that. */
export interface UnitExplanation extends DotProduct {
  readonly operator: string;
  /** The tensor that the dot product reads. */
  readonly input: string;
  /** What the network itself has after the bias. */
  readonly measured: number;
  /** What follows, operator by operator, with the network's own values; `plus`: what a sum adds from another branch. */
  readonly way: readonly { readonly op: string; readonly value: number; readonly plus: number | null }[];
  /** The layer's value there. */
  readonly activation: number;
  /** The layer's value when our own sum stands in the place of the network's; null where that cannot be told (16-bit models). */
  readonly recomputed: number | null;
  /** The channel at all positions: [rows, columns]. */
  readonly map: { readonly rows: number; readonly columns: number; readonly values: Float32Array };
}

/**
 * Runs the network on one picture and takes one unit apart: patch × kernel slice by slice, their sum, the bias, and all that follows up to the
 * layer. Weights are read where the network itself reads them, so that any way of storing them will do; what follows the sum is computed by the network,
 * once from its own sum and once from ours.
 *
 * @throws NoDotProductError where the unit is something else; LayerLayoutError; RangeError for a place that is not there.
 * @example
 * const { sums, total, bias, activation, recomputed } = await explainUnit(source, { preprocessing, pool, picture, tensor: 'relu2', channel: 7, row: 3, column: 4 });
 */
export async function explainUnit(source: ModelSource, question: UnitQuestion): Promise<UnitExplanation> {
  const { preprocessing, pool, picture, tensor, channel, row, column, signal } = question;
  const { model } = source;
  const layout = layerLayout(model, tensor, preprocessing);
  const types = pictureShapes(model, preprocessing);
  const inside = row === -1 ? layout.extraTokens > 0 : row >= 0 && row < layout.rows && column >= 0 && column < layout.columns;
  if (!inside || !(channel >= 0 && channel < layout.channels))
    throw new RangeError(
      `There is no channel ${channel} at row ${row}, column ${column}: the layer has ${layout.channels} channels at ${layout.rows}×${layout.columns} positions.`,
    );
  const at =
    row === -1 ? indexOf({ ...layout, extraTokens: 0 }, channel, 0) : indexOf(layout, channel, row * layout.columns + column);
  const dims = numbersOf(types, tensor);
  const trace = traceUnit(model, types, tensor, placeOf(at, dims));
  const parts = partsOf(model, trace, types);
  const image = imageInput(model);
  const batch = image.batch ?? 1;
  const { input } = preprocess(picture, preprocessing);
  const pixels = new Float32Array(batch * input.length);
  for (let i = 0; i < batch; i++) pixels.set(input, i * input.length);
  const own: Feeds = { [image.name]: { dtype: 'float32', dims: inputDims(preprocessing, batch), data: pixels } };
  const edited = withKernel(model, parts, types);
  const others = parts.way.flatMap(({ other }) => (other === null ? [] : [other]));
  const tensors = parts.way.map((step) => step.tensor);
  const outputs = [
    ...new Set([PART.input, PART.kernel, ...(parts.bias === null ? [] : [PART.bias]), PART.sum, tensor, ...tensors, ...others]),
  ];
  const run = async (graph: Model, feeds: Feeds): Promise<Record<string, Tensor>> => {
    const args: RunFeedsArgs = { session: sessionSource(source, graph), runs: [feeds] };
    const options = signal === undefined ? {} : { signal };
    const [result] = await pool.run<RunFeedsArgs, Record<string, Tensor>[]>(runFeedsTask, args, options);
    return result!;
  };
  const chosen: Tensor = { dtype: 'int64', dims: [], data: BigInt64Array.of(BigInt(trace.index[parts.channelAxis]!)) };
  const got = await run(cut(edited, { outputs }), { ...own, [PART.channel]: chosen });
  const product = productOf(got, trace, parts, types, model);
  const flat = offsetOf(parts.index, got[PART.sum]!.dims);
  const value = (name: string, index: readonly number[]): number => Number(got[name]!.data[offsetOf(index, got[name]!.dims)]!);
  const map = Float32Array.from({ length: layout.rows * layout.columns }, (_, p) =>
    Number(got[tensor]!.data[indexOf(layout, channel, p)]!),
  );
  return {
    ...product,
    operator: trace.node.op,
    input: trace.node.inputs[0]!,
    measured: Number(got[PART.sum]!.data[flat]!),
    way: parts.way.map(({ op, tensor: name, index, other }) => ({
      ...{ op, value: value(name, index) },
      plus: other === null ? null : value(other, index),
    })),
    activation: Number(got[tensor]!.data[at]!),
    recomputed: await continued(),
    map: { rows: layout.rows, columns: layout.columns, values: map },
  };

  /** The layer's value where our sum stands in the place of the network's. */
  async function continued(): Promise<number | null> {
    if (parts.sum === tensor) return product.value;
    if (types.get(parts.sum)?.dtype !== 'float32') return null;
    const rest = cut(model, { inputs: [parts.sum], outputs: [tensor] });
    const data = (got[PART.sum]!.data as Float32Array).slice();
    data[flat] = product.value;
    const feeds: Feeds = { [parts.sum]: { dtype: 'float32', dims: got[PART.sum]!.dims, data } };
    const needed = rest.graph.inputs.some(({ name }) => name === image.name);
    return Number((await run(rest, needed ? { ...own, ...feeds } : feeds))[tensor]!.data[at]!);
  }
}

function productOf(
  got: Readonly<Record<string, Tensor>>,
  { node, index }: UnitTrace,
  parts: Parts,
  types: ReadonlyMap<string, TensorType>,
  model: Model,
): DotProduct {
  const number = (name: string): number => {
    const attribute = node.attributes[name];
    return attribute?.type === 'float' || attribute?.type === 'int' ? attribute.value : 1;
  };
  const [alpha, beta] = node.op === 'Gemm' ? [number('alpha'), number('beta')] : [1, 1];
  const stored = got[PART.kernel]!.data as Float32Array;
  const weights = alpha === 1 ? stored : stored.map((weight) => weight * alpha);
  const bias = parts.bias === null ? 0 : Number(got[PART.bias]!.data[0]!) * beta;
  const { dims, data } = got[PART.input]!;
  if (node.op === 'Conv') {
    const [, channels, height, width] = dims as [number, number, number, number];
    const window = slidingWindow(node, got[PART.kernel]!.dims.slice(1), [height, width]);
    const groups = node.attributes.group?.type === 'int' ? node.attributes.group.value : 1;
    const input = (data as Float32Array).subarray(0, channels * height * width);
    const outputs = Number(types.get(node.outputs[0]!)!.shape![1]);
    const [, channel, row, column] = index as [number, number, number, number];
    return convolutionDotProduct({
      ...{ input, dims: [channels, height, width], weights, bias, window, groups, outputs, channel, row, column },
    });
  }
  const size = dims.at(-1)!;
  const from = offsetOf([...index.slice(0, -1), 0], [...dims.slice(0, -1), size]);
  const map = flattenedMap(model, types, node.inputs[0]!);
  return denseDotProduct({
    ...{ input: (data as Float32Array).slice(from, from + size), weights, bias },
    ...(map === null || elementCount(map) !== size ? {} : { map }),
  });
}

function numbersOf(types: ReadonlyMap<string, TensorType>, tensor: string): number[] {
  return (types.get(tensor)?.shape ?? []).map(Number);
}
