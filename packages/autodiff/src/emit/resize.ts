import type { Node } from '@incognita/onnx';
import { MissingRuleError } from '../errors.js';
import { floatOf, intOf, intsOf, stringOf } from './attributes.js';
import type { Emitter } from './emitter.js';
import { dimsOf, typeNumber } from './shapes.js';

/**
 * The adjoint of interpolation: along each resized axis a product with the transposed interpolation matrix, or a sum over
 * tiles where whole tiles were repeated.
 */
export function resizeAdjoint(e: Emitter, node: Node, g: string): string {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  const [from, to] = [e.shape(x), e.shape(y)];
  if (!from || !to) throw new MissingRuleError(node, `it needs the rank of "${x}"; state the shape of the model's input.`);
  const rank = from.length;
  let value = g;
  for (let axis = rank - 1; axis >= 0; axis--) {
    const [size, count] = [from[axis]!, to[axis]!];
    if (typeof size === 'number' && typeof count === 'number') {
      const matrix = interpolationMatrix(e, node, axis, size, count);
      if (isIdentity(matrix, size)) continue;
      value = alongAxis(e, value, axis, rank, e.constant(e.dtype(x), matrix, [count, size]));
    } else if (size === null || size !== count || (statedScale(e, node, axis) ?? 1) !== 1)
      value = alongAxis(e, value, axis, rank, matrixAtRun(e, node, axis));
  }
  return value;
}

/** The interpolation matrix [to, from] where only the run knows the sizes: the unit vectors, interpolated. */
function matrixAtRun(e: Emitter, node: Node, axis: number): string {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  const at = placeOf(e, node, axis);
  refuseCrop(node);
  const size = dimsOf(e, x, [axis]);
  const square = e.op('Concat', [e.ints([1, 1]), size, size], { axis: 0 });
  const flat = e.op('Expand', [e.constant('float32', [0], []), e.op('Concat', [size, size], { axis: 0 })]);
  const units = e.op('Reshape', [e.op('EyeLike', [flat]), square]);
  const { axes: _, ...attributes } = node.attributes;
  const scales = node.inputs[2] ?? '';
  const inputs =
    scales !== '' && e.values(scales)?.length !== 0
      ? ['', e.op('Concat', [e.constant('float32', [1, 1, 1]), e.op('Gather', [scales, e.ints([at])])], { axis: 0 })]
      : ['', '', e.op('Concat', [e.ints([1, 1]), size, dimsOf(e, y, [axis])], { axis: 0 })];
  const images = e.op('Resize', [units, ...inputs], attributes);
  const rows = e.op('Reshape', [images, e.op('Concat', [size, e.ints([-1])], { axis: 0 })]);
  const matrix = e.op('Transpose', [rows], { perm: [1, 0] });
  return e.dtype(x) === 'float32' ? matrix : e.op('Cast', [matrix], { to: typeNumber(e.dtype(x)) });
}

function isIdentity(matrix: Float64Array, size: number): boolean {
  return matrix.length === size * size && matrix.every((v, i) => v === (i % (size + 1) === 0 ? 1 : 0));
}

/** Contracts an axis of length m with a matrix [m, n]. */
function alongAxis(e: Emitter, value: string, axis: number, rank: number, matrix: string): string {
  if (axis === rank - 1) return e.op('MatMul', [value, matrix]);
  if (axis === rank - 2) return e.op('MatMul', [e.op('Transpose', [matrix], { perm: [1, 0] }), value]);
  const perm = Array.from({ length: rank }, (_, i) => i);
  perm[axis] = rank - 1;
  perm[rank - 1] = axis;
  return e.op('Transpose', [e.op('MatMul', [e.op('Transpose', [value], { perm }), matrix])], { perm });
}

/** Row i holds the weights of the input's elements in output element i, as the specification of Resize states them. */
function interpolationMatrix(e: Emitter, node: Node, axis: number, from: number, to: number): Float64Array {
  const scale = scaleOf(e, node, axis, from, to);
  const position = coordinate(node, from, to, scale);
  const mode = stringOf(node, 'mode', 'nearest');
  if (intOf(node, 'antialias', 0) === 1) throw new MissingRuleError(node, 'antialiased interpolation has no rule.');
  const matrix = new Float64Array(to * from);
  const add = (row: number, column: number, weight: number): void => {
    const at = Math.min(Math.max(column, 0), from - 1);
    matrix[row * from + at]! += weight;
  };
  for (let i = 0; i < to; i++) {
    const at = position(i);
    if (mode === 'nearest') add(i, nearest(at, stringOf(node, 'nearest_mode', 'round_prefer_floor')), 1);
    else if (mode === 'linear') {
      const inside = Math.min(Math.max(at, 0), from - 1);
      const low = Math.floor(inside);
      add(i, low, 1 - (inside - low));
      add(i, low + 1, inside - low);
    } else cubic(node, at, from, (column, weight) => add(i, column, weight));
  }
  return matrix;
}

function cubic(node: Node, at: number, from: number, add: (column: number, weight: number) => void): void {
  const a = floatOf(node, 'cubic_coeff_a', -0.75);
  const low = Math.floor(at);
  const weight = (distance: number): number => {
    const d = Math.abs(distance);
    if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
    return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
  };
  const columns = [low - 1, low, low + 1, low + 2];
  const weights = columns.map((column) => weight(at - column));
  const excluded = intOf(node, 'exclude_outside', 0) === 1;
  const counted = columns.map((column, i) => (excluded && (column < 0 || column >= from) ? 0 : weights[i]!));
  const total = excluded ? counted.reduce((p, q) => p + q, 0) : 1;
  for (const [i, column] of columns.entries()) add(column, counted[i]! / total);
}

function nearest(at: number, mode: string): number {
  if (mode === 'floor') return Math.floor(at);
  if (mode === 'ceil') return Math.ceil(at);
  if (mode === 'round_prefer_ceil') return Math.floor(at + 0.5);
  return Math.ceil(at - 0.5);
}

function scaleOf(e: Emitter, node: Node, axis: number, from: number, to: number): number {
  const stated = statedScale(e, node, axis);
  return stated === undefined || Number.isNaN(stated) ? to / from : stated;
}

/** The scale of an axis; undefined where sizes are stated instead, NaN where only the run knows it. */
function statedScale(e: Emitter, node: Node, axis: number): number | undefined {
  const at = placeOf(e, node, axis);
  if (at < 0) return 1;
  if (!node.inputs[2]) return undefined;
  const scales = e.values(node.inputs[2]);
  if (!scales) return Number.NaN;
  return scales.length > 0 ? scales[at] : undefined;
}

/** Where an axis is in the lists of scales and sizes; −1 where the node does not resize it. */
function placeOf(e: Emitter, node: Node, axis: number): number {
  const axes = intsOf(node, 'axes');
  return axes ? axes.findIndex((a) => (a < 0 ? a + e.rank(node.inputs[0]!)! : a) === axis) : axis;
}

/** Where output element i lies in the input; rounded to float32 as ONNX Runtime does, which decides between neighbours. */
function coordinate(node: Node, from: number, to: number, scale: number): (i: number) => number {
  const mode = stringOf(node, 'coordinate_transformation_mode', 'half_pixel');
  const half = (i: number): number => Math.fround(Math.fround((i + 0.5) / scale) - 0.5);
  if (mode === 'half_pixel') return half;
  if (mode === 'pytorch_half_pixel') return to > 1 ? half : () => 0;
  if (mode === 'asymmetric') return (i) => Math.fround(i / scale);
  if (mode === 'align_corners') return (i) => (to > 1 ? (i * (from - 1)) / (to - 1) : 0);
  if (mode === 'half_pixel_symmetric') {
    const adjustment = to / (scale * from);
    const offset = (from / 2) * (1 - adjustment);
    return (i) => offset + half(i);
  }
  throw new MissingRuleError(node, `coordinate_transformation_mode ${mode} has no rule.`);
}

function refuseCrop(node: Node): void {
  const mode = stringOf(node, 'coordinate_transformation_mode', 'half_pixel');
  if (mode === 'tf_crop_and_resize') throw new MissingRuleError(node, `coordinate_transformation_mode ${mode} has no rule.`);
}
