import type { Node } from '@incognita/onnx';
import { MissingRuleError } from '../errors.js';
import { alongAxis } from './alongAxis.js';
import { floatOf, intOf, intsOf, stringOf } from './attributes.js';
import { type Emitter, float } from './emitter.js';
import { dimsOf, positiveAxes, slice, typeNumber } from './shapes.js';

/** One axis that a Resize resizes. */
interface ResizedAxis {
  readonly axis: number;
  /** Its place in `axes`, in the scales, the sizes and the regions. */
  readonly at: number;
  /** How many axes are listed there. */
  readonly of: number;
}

/**
 * The adjoint of interpolation: along each resized axis a product with the transposed interpolation matrix. That matrix is
 * what the operator itself makes of a unit matrix, so that every mode is exact and sizes need not be known; where whole
 * elements were repeated it is a sum over tiles.
 */
export function resizeAdjoint(e: Emitter, node: Node, g: string): string {
  const x = node.inputs[0]!;
  const rank = e.rank(x);
  if (rank === undefined)
    throw new MissingRuleError(node, `the rank of "${x}" is not known; state the shape of the model's input.`);
  const listed = intsOf(node, 'axes');
  const axes = listed ? positiveAxes(listed, rank) : Array.from({ length: rank }, (_, i) => i);
  const resized = axes
    .map((axis, at): ResizedAxis => ({ axis, at, of: axes.length }))
    .filter((axis) => !isUnchanged(e, node, axis));
  const tiles = tilesOf(e, node, resized, rank);
  if (tiles) return tileSums(e, g, tiles, x);
  return resized
    .sort((a, b) => b.axis - a.axis)
    .reduce((value, axis) => alongAxis(e, value, axis.axis, rank, interpolationMatrix(e, node, axis)), g);
}

const cropped = (node: Node): boolean => stringOf(node, 'coordinate_transformation_mode', 'half_pixel') === 'tf_crop_and_resize';

function scaleOf(e: Emitter, node: Node, { at }: ResizedAxis): number | undefined {
  return node.inputs[2] ? (e.values(node.inputs[2])?.[at] as number | undefined) : undefined;
}

function hasScales(e: Emitter, node: Node): boolean {
  return Boolean(node.inputs[2]) && e.shape(node.inputs[2]!)?.[0] !== 0;
}

/** Whether nothing moves along an axis. */
function isUnchanged(e: Emitter, node: Node, axis: ResizedAxis): boolean {
  if (cropped(node)) return false;
  if (hasScales(e, node)) return scaleOf(e, node, axis) === 1;
  const [from, to] = [e.shape(node.inputs[0]!)?.[axis.axis], e.shape(node.outputs[0]!)?.[axis.axis]];
  return from !== null && from !== undefined && from === to;
}

/** The matrix [to, from] whose rows hold the weights of the input's elements in each output element. */
function interpolationMatrix(e: Emitter, node: Node, axis: ResizedAxis): string {
  const x = node.inputs[0]!;
  const length = dimsOf(e, x, [axis.axis]);
  const count = e.op('Squeeze', [length]);
  const places = e.op('Range', [e.constant('int64', [0], []), count, e.constant('int64', [1], [])]);
  const isOne = e.op('Equal', [e.op('Unsqueeze', [places, e.ints([1])]), places]);
  const unit = e.op('Unsqueeze', [e.op('Cast', [isOne], { to: typeNumber('float32') }), e.ints([1, 2])]);
  const columns = slice(e, stretch(e, node, unit, length, axis), [0], [1], [2]);
  const matrix = e.op('Transpose', [e.op('Squeeze', [columns, e.ints([1, 2])])], { perm: [1, 0] });
  return e.dtype(x) === 'float32' ? matrix : e.op('Cast', [matrix], { to: typeNumber(e.dtype(x)) });
}

/**
 * The node's operator on the last axis of the unit matrix [from, 1, 1, from]. The axis before is doubled: ONNX Runtime copies a
 * picture whose size stays, even where a scale says otherwise.
 */
function stretch(e: Emitter, node: Node, unit: string, length: string, axis: ResizedAxis): string {
  const { axes: _, keep_aspect_ratio_policy, extrapolation_value: __, ...attributes } = node.attributes;
  const of = (input: number, at: number): string => e.op('Gather', [node.inputs[input]!, e.ints([at])]);
  const half = (value: string): string => e.op('Cast', [value], { to: typeNumber('float32') });
  const region = cropped(node)
    ? e.op(
        'Concat',
        [
          e.constant('float32', [0, 0, 0]),
          half(of(1, axis.at)),
          e.constant('float32', [1, 1, 1]),
          half(of(1, axis.at + axis.of)),
        ],
        { axis: 0 },
      )
    : '';
  if (hasScales(e, node)) {
    const scales = e.op('Concat', [e.constant('float32', [1, 1, 2]), of(2, axis.at)], { axis: 0 });
    return e.op('Resize', [unit, region, scales], attributes);
  }
  if (keep_aspect_ratio_policy?.type === 'string' && keep_aspect_ratio_policy.value !== 'stretch')
    return stretchInProportion(e, node, unit, length, axis, keep_aspect_ratio_policy.value);
  const target = e.op('Concat', [length, e.ints([1, 2]), dimsOf(e, node.outputs[0]!, [axis.axis])], { axis: 0 });
  return e.op('Resize', [unit, region, '', target], attributes);
}

/**
 * All axes have one scale, the smallest or largest that the sizes ask for, and lengths are rounded. The unit matrix is
 * continued by its last row, which is what lies behind the border, so that enough elements come out.
 */
function stretchInProportion(e: Emitter, node: Node, unit: string, length: string, axis: ResizedAxis, policy: string): string {
  const mode = stringOf(node, 'coordinate_transformation_mode', 'half_pixel');
  if (
    (mode !== 'half_pixel' && mode !== 'asymmetric') ||
    intOf(node, 'antialias', 0) === 1 ||
    intOf(node, 'exclude_outside', 0) === 1
  )
    throw new MissingRuleError(
      node,
      `keep_aspect_ratio_policy ${policy} with coordinate_transformation_mode ${mode}, antialias or exclude_outside has no rule; ` +
        'state the sizes that result, with policy stretch.',
    );
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  const rank = e.rank(x)!;
  const axes = positiveAxes(intsOf(node, 'axes') ?? Array.from({ length: rank }, (_, i) => i), rank);
  const asNumbers = (sizes: string): string => e.op('Cast', [sizes], { to: typeNumber('float32') });
  const lengths = e.op('Gather', [e.op('Shape', [x]), e.ints(axes)]);
  const ratios = e.op('Div', [asNumbers(node.inputs[3]!), asNumbers(lengths)]);
  const scale = e.op(policy === 'not_larger' ? 'ReduceMin' : 'ReduceMax', [ratios], { keepdims: 1 });
  const longer = e.op('Pad', [unit, e.op('Concat', [e.ints([0, 0, 0, 0, 0, 0, 0]), length], { axis: 0 })], { mode: 'edge' });
  const { axes: _, keep_aspect_ratio_policy: __, extrapolation_value: ___, ...attributes } = node.attributes;
  const scales = e.op('Concat', [e.constant('float32', [1, 1, 2]), scale], { axis: 0 });
  return slice(e, e.op('Resize', [longer, '', scales], attributes), [0], dimsOf(e, y, [axis.axis]), [3]);
}

/** By how many equal elements each element of a picture was replaced; null where it was something else. */
function tilesOf(e: Emitter, node: Node, resized: readonly ResizedAxis[], rank: number): readonly number[] | null {
  if (rank !== 4 || e.dtype(node.inputs[0]!) !== 'float32' || stringOf(node, 'mode', 'nearest') !== 'nearest') return null;
  if (resized.length === 0 || resized.some(({ axis }) => axis < 2)) return null;
  const coordinates = stringOf(node, 'coordinate_transformation_mode', 'half_pixel');
  const floor = stringOf(node, 'nearest_mode', 'round_prefer_floor') === 'floor';
  if (coordinates !== 'half_pixel' && !(coordinates === 'asymmetric' && floor)) return null;
  if (coordinates === 'half_pixel' && !stringOf(node, 'nearest_mode', 'round_prefer_floor').startsWith('round')) return null;
  const tiles = [1, 1];
  for (const axis of resized) {
    const [from, to] = [e.shape(node.inputs[0]!)?.[axis.axis], e.shape(node.outputs[0]!)?.[axis.axis]];
    const exact = typeof from === 'number' && typeof to === 'number' ? to / from : undefined;
    const scale = hasScales(e, node) ? scaleOf(e, node, axis) : exact;
    if (scale === undefined || !Number.isInteger(scale)) return null;
    tiles[axis.axis - 2] = scale;
  }
  return intOf(node, 'antialias', 0) === 1 || node.attributes.keep_aspect_ratio_policy ? null : tiles;
}

function tileSums(e: Emitter, g: string, tiles: readonly number[], like: string): string {
  const mean = e.op('AveragePool', [g], { kernel_shape: tiles, strides: tiles });
  return e.op('Mul', [
    mean,
    e.scalar(
      tiles.reduce((a, b) => a * b, 1),
      like,
    ),
  ]);
}

/** Interpolation of a tangent: what lies beyond the picture does not change. */
export function resizeTangent(e: Emitter, node: Node, t: string): string {
  const inputs = node.inputs.with(0, t);
  if (e.repeat && node.inputs[3]) {
    const axes = intsOf(node, 'axes');
    const first = axes ? axes.indexOf(0) : 0;
    if (first === 0) {
      const batch = slice(e, e.op('Shape', [t]), [0], [1], [0]);
      inputs[3] = e.op('Concat', [batch, slice(e, node.inputs[3], [1], [Number.MAX_SAFE_INTEGER], [0])], { axis: 0 });
    }
  }
  const extrapolated =
    floatOf(node, 'extrapolation_value', 0) === 0 ? node.attributes : { ...node.attributes, extrapolation_value: float(0) };
  return e.op('Resize', inputs, extrapolated);
}
