import type { LanguageModel } from '../model/languageModel.js';
import type { PointClamp } from '../points/clamp.js';
import { type PointTensor, positionsOf } from '../points/pointTensor.js';
import { between } from './between.js';
import { derivative } from './derivative.js';

/** One number of a point. */
export interface NumberPlace {
  readonly point: string;
  /** Position in the text; for attention scores that of the query. */
  readonly position: number;
  /** For points with heads. */
  readonly head?: number;
  /** Along the last axis: a dimension, a token of the vocabulary, or, for attention scores, the position of the key. */
  readonly index: number;
}

/** A number as the dot product that made it: value = scale · Σ left · right + bias. */
export interface DotProduct {
  /** What the model computed. */
  readonly value: number;
  readonly left: { readonly name: string; readonly values: Float32Array };
  readonly right: { readonly name: string; readonly values: Float32Array };
  readonly scale: number;
  readonly bias: number;
  /** scale · Σ left · right + bias, summed here. */
  readonly sum: number;
  /** |sum − value| */
  readonly error: number;
}

/** A number that is no dot product, or not one that can be shown. */
export class NotAProductError extends Error {
  override readonly name = 'NotAProductError';
}

/** What a point is a product of with constant weights. */
const LINEAR: Readonly<Record<string, string>> = {
  q: 'attn_in',
  k: 'attn_in',
  v: 'attn_in',
  attn_out: 'z',
  mlp_pre: 'mlp_in',
  mlp_out: 'mlp_act',
};
/** Rotations make these depend on the position. */
const PLACED = new Set(['q', 'k']);
const MASKED = -1e30;
/** Of the sum of all terms' sizes: 4-bit and half-precision models stay below, a normalization on the way does not. */
const TOLERANCE = 1e-2;

/**
 * Finds the two vectors whose dot product a number is. Queries, keys, values, outputs, both sides of the MLP and the logits: the input of
 * their weights, and the column of the weights, read as the derivative of the number by that input; attention scores: a query and
 * a key, with the scale that they share; `z`: the attention of a query, and the values.
 *
 * @throws NotAProductError for other points, a masked score, and where something on the way is not linear (queries that are normalized).
 * @example
 * await explainNumber(model, ids, { point: 'mlp_pre.0', position: 3, index: 17 });
 */
export async function explainNumber(
  model: LanguageModel,
  ids: readonly number[],
  place: NumberPlace,
  clamps: readonly PointClamp[] = [],
): Promise<DotProduct> {
  const [name, layer] = place.point.split('.') as [string, string | undefined];
  const product =
    name === 'attn_scores'
      ? await scoreProduct(model, ids, place, layer!, clamps)
      : name === 'z'
        ? await mixProduct(model, ids, place, layer!, clamps)
        : await weightProduct(model, ids, place, sourceOf(model, name, layer), clamps);
  const { left, right, scale, bias, value } = product;
  let [sum, size] = [0, Math.abs(bias)];
  for (const [i, x] of left.values.entries()) {
    const term = scale * x * right.values[i]!;
    sum += term;
    size += Math.abs(term);
  }
  sum += bias;
  const error = Math.abs(sum - value);
  if (!(error <= TOLERANCE * size + 1e-6))
    throw new NotAProductError(
      `${place.point} is no plain product of ${left.name} with ${right.name}: the terms add up to ${sum.toPrecision(4)}, but the model has ${value.toPrecision(4)}; something that is not linear lies between.`,
    );
  return { ...product, sum, error };
}

type Found = Omit<DotProduct, 'sum' | 'error'>;

function sourceOf(model: LanguageModel, name: string, layer: string | undefined): string {
  if (name === 'logits') {
    const norm = model.points.get('final_norm');
    return norm !== undefined && !('refused' in norm) ? 'final_norm' : `resid_post.${model.anatomy.layers - 1}`;
  }
  const source = LINEAR[name];
  if (source === undefined)
    throw new NotAProductError(
      `Numbers of ${name} are no dot products: ${Object.keys(LINEAR).join(', ')}, attn_scores, z and logits are.`,
    );
  return `${source}.${layer}`;
}

async function weightProduct(
  model: LanguageModel,
  ids: readonly number[],
  place: NumberPlace,
  from: string,
  clamps: readonly PointClamp[],
): Promise<Found> {
  const { points } = await model.run(ids, { taps: [from, place.point], clamps, logits: false });
  const [input, output] = [points[from]!, points[place.point]!];
  const value = at(output, place);
  const placed = PLACED.has(place.point.split('.')[0]!);
  const [x, row, text] = placed
    ? [input, place.position, ids]
    : [positionsOf(input, place.position, place.position + 1), 0, ids.slice(0, 1)];
  const weights = oneHot(output, { ...place, position: row }, x.dims[0]!);
  const gradient = await derivative(model, { from, to: place.point, ids: text, value: x, weights });
  const zero = await between(model, from, place.point, text, { ...x, data: new Float32Array(x.data.length) });
  return {
    value,
    left: { name: from, values: positionsOf(x, row, row + 1).data },
    right: { name: 'weights', values: positionsOf(gradient, row, row + 1).data },
    scale: 1,
    bias: at(zero, { ...place, position: row }),
  };
}

async function scoreProduct(
  model: LanguageModel,
  ids: readonly number[],
  place: NumberPlace,
  layer: string,
  clamps: readonly PointClamp[],
): Promise<Found> {
  const [qName, kName] = [`q.${layer}`, `k.${layer}`];
  const { points } = await model.run(ids, { taps: [qName, kName, place.point], clamps, logits: false });
  const [q, k, scores] = [points[qName]!, points[kName]!, points[place.point]!];
  const value = at(scores, place);
  if (value < MASKED)
    throw new NotAProductError(
      `This score is masked: the key at position ${place.index} comes after the query at ${place.position}, which may not see it.`,
    );
  const head = place.head ?? 0;
  const keyHead = Math.floor((head * k.dims[1]!) / q.dims[1]!);
  const [query, key] = [vector(q, place.position, head), vector(k, place.index, keyHead)];
  // The scale is what all scores of this query have in common.
  let [xy, xx] = [0, 0];
  for (let i = 0; i < ids.length; i++) {
    const score = at(scores, { ...place, index: i });
    if (score < MASKED) continue;
    const x = dot(query, vector(k, i, keyHead));
    xy += x * score;
    xx += x * x;
  }
  const scale = xx === 0 ? 0 : xy / xx;
  return { value, left: { name: qName, values: query }, right: { name: kName, values: key }, scale, bias: 0 };
}

async function mixProduct(
  model: LanguageModel,
  ids: readonly number[],
  place: NumberPlace,
  layer: string,
  clamps: readonly PointClamp[],
): Promise<Found> {
  const [pName, vName] = [`attn_probs.${layer}`, `v.${layer}`];
  const { points } = await model.run(ids, { taps: [pName, vName, place.point], clamps, logits: false });
  const [probs, v, z] = [points[pName]!, points[vName]!, points[place.point]!];
  const head = place.head ?? 0;
  const valueHead = Math.floor((head * v.dims[1]!) / z.dims[1]!);
  const row = Float32Array.from(ids, (_, i) => at(probs, { ...place, head, index: i }));
  const column = Float32Array.from(ids, (_, i) => vector(v, i, valueHead)[place.index]!);
  return {
    value: at(z, place),
    left: { name: pName, values: row },
    right: { name: vName, values: column },
    scale: 1,
    bias: 0,
  };
}

/** The vector of one position (and head). */
function vector({ dims, data }: PointTensor, position: number, head = 0): Float32Array {
  const heads = dims.length === 3 ? dims[1]! : 1;
  const width = dims.at(-1)!;
  return data.subarray((position * heads + head) * width, (position * heads + head + 1) * width);
}

function offset({ axes, dims }: PointTensor, { point, position, head = 0, index }: NumberPlace): number {
  const sizes: Partial<Record<string, number>> = { position, query: position, head, key: index, dim: index };
  return axes.reduce((sum, axis, i) => {
    const place = sizes[axis]!;
    if (!Number.isInteger(place) || place < 0 || place >= dims[i]!)
      throw new RangeError(`${point} has no ${axis} ${place}: it has ${dims[i]}.`);
    return sum * dims[i]! + place;
  }, 0);
}

function at(tensor: PointTensor, place: NumberPlace): number {
  return tensor.data[offset(tensor, place)]!;
}

function oneHot({ axes, dims }: PointTensor, place: NumberPlace, positions: number): PointTensor {
  const shape = [positions, ...dims.slice(1)];
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  const tensor = { axes, dims: shape, data };
  data[offset(tensor, place)] = 1;
  return tensor;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (const [i, x] of a.entries()) sum += x * b[i]!;
  return sum;
}
