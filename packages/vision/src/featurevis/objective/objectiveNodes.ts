import type { GraphBuilder } from '@incognita/onnx';
import type { LayerValue } from '../../layout/layerValue.js';
import type { Objective } from './objective.js';

/** Keeps the root of a sum of squares differentiable where all activations are zero. */
const EPSILON = 1e-12;
const LUCID_EPSILON = 1e-4;

/** Names of values [batch]: what is maximised, h·v, and the true cosine, averaged over the objective's positions. */
export interface ObjectiveValues {
  readonly score: string;
  readonly dot: string;
  readonly cosine: string;
}

/** Adds an objective's nodes behind a layer; `target` names a value [batch, channels]. Every image has its own target. */
export function objectiveNodes(b: GraphBuilder, layer: LayerValue, target: string, objective: Objective): ObjectiveValues {
  const [batch, channels, height, width] = layer.dims;
  const place = placeOf(objective.at, height, width);
  const positions = place === null ? height * width : 1;
  const whole = b.op('Reshape', [layer.tensor, b.i64([batch, channels, height, width])]);
  const h = place === null ? whole : b.op('Slice', [whole, b.i64([...place]), b.i64(place.map((at) => at + 1)), b.i64([2, 3])]);
  const v = b.op('Reshape', [target, b.i64([batch, channels, 1, 1])]);
  const overChannels = (value: string): string => sumOver(b, value, [1]);
  const dot = overChannels(b.op('Mul', [h, v]));
  const squares = overChannels(b.op('Mul', [h, h]));
  const length = b.op('Sqrt', [b.op('Add', [squares, b.f32(EPSILON)])]);
  const targetLength = b.op('Sqrt', [b.op('Add', [overChannels(b.op('Mul', [v, v])), b.f32(EPSILON)])]);
  const projection = b.op('Div', [dot, targetLength]);
  const cosine = b.op('Div', [projection, length]);
  const weighted = (value: string, angle: string): string => {
    const weight = power(b, b.op('Max', [angle, b.f32(objective.floor)]), objective.power);
    return weight === null ? value : b.op('Mul', [value, weight]);
  };
  const mean = (value: string): string => {
    const total = b.op('Reshape', [sumOver(b, value, [2, 3]), b.i64([batch])]);
    return positions === 1 ? total : b.op('Mul', [total, b.f32(1 / positions)]);
  };
  const score = (): string => {
    if (objective.formula === 'dot') return dot;
    if (objective.formula === 'cosine') return weighted(projection, cosine);
    const d = b.op('Mul', [dot, b.f32(1 / channels)]);
    return weighted(d, b.op('Div', [d, b.op('Add', [length, b.f32(LUCID_EPSILON)])]));
  };
  return { score: mean(score()), dot: mean(dot), cosine: mean(cosine) };
}

/** The one position that counts; null where all do. */
function placeOf(at: Objective['at'], height: number, width: number): readonly [row: number, column: number] | null {
  if (at === 'everywhere') return null;
  if (at === 'center') return [Math.floor(height / 2), Math.floor(width / 2)];
  if ('token' in at) return [0, 0];
  const { row, column } = at;
  if (!(row >= 0 && row < height && column >= 0 && column < width))
    throw new RangeError(`There is no position (${row}, ${column}) in a layer of ${height} × ${width} positions.`);
  return [row, column];
}

/** Sums over axes and keeps them, in the form of the builder's operator set. */
export function sumOver(b: GraphBuilder, value: string, axes: readonly number[]): string {
  if (b.opset >= 13) return b.op('ReduceSum', [value, b.i64(axes)], { keepdims: 1 });
  return b.op('ReduceSum', [value], { axes, keepdims: 1 });
}

/** value^exponent by repeated multiplication where the exponent is a small whole number; null for the power 0. */
export function power(b: GraphBuilder, value: string, exponent: number): string | null {
  if (exponent === 0) return null;
  if (!Number.isInteger(exponent) || exponent < 0 || exponent > 16) return b.op('Pow', [value, b.f32(exponent)]);
  const rest = Math.floor(exponent / 2);
  if (rest === 0) return value;
  const half = power(b, value, rest)!;
  const square = b.op('Mul', [half, half]);
  return exponent % 2 === 0 ? square : b.op('Mul', [square, value]);
}
