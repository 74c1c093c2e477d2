import type { Attribute, Model, Node, Tensor } from '@incognita/onnx';
import { type AxisField, transposedWindowed, union, WHOLE_AXIS, type Window, windowed } from './axisField.js';

/** The receptive field of a tensor's positions and which of its dimensions are rows and columns. */
export interface SpatialField {
  readonly rowAxis: number;
  readonly columnAxis: number;
  readonly height: AxisField;
  readonly width: AxisField;
}

/** What a rule may look up. */
export interface FieldContext {
  readonly model: Model;
  /** Constant nodes by their output. */
  readonly constants: ReadonlyMap<string, Node>;
}

/** Operators whose output at a position depends on their inputs at that position only. */
const POINTWISE = new Set(
  (
    'Abs Acos Add And BatchNormalization Cast CastLike Ceil Celu Clip Concat Cos Div Dropout Elu Equal Erf Exp Floor Gelu Greater ' +
    'GreaterOrEqual HardSigmoid HardSwish Identity LRN LeakyRelu Less LessOrEqual Log Max Mean Min Mish Mod Mul Neg Not Or PRelu Pow Reciprocal Relu ' +
    'Round Selu Sigmoid Sign Sin Softplus Softsign Sqrt Sub Sum Swish Tan Tanh ThresholdedRelu Where Xor QuantizeLinear DequantizeLinear'
  ).split(' '),
);
const POOLS = new Set(['MaxPool', 'AveragePool', 'LpPool']);
const REDUCTIONS = /^(Reduce|Arg|CumSum|Softmax|LogSoftmax|Hardmax|Split|Slice)/;

/** The field of a node's outputs, or undefined where it does not depend on the picture. Unknown operators see everything. */
export function fieldOfNode(
  node: Node,
  fields: ReadonlyMap<string, SpatialField>,
  context: FieldContext,
): SpatialField | undefined {
  const sources = node.inputs.flatMap((name) => fields.get(name) ?? []);
  const [first] = sources;
  if (!first) return undefined;
  const together: SpatialField = {
    ...first,
    height: sources.map((field) => field.height).reduce(union),
    width: sources.map((field) => field.width).reduce(union),
  };
  if (POINTWISE.has(node.op)) return together;
  if (node.op === 'Conv' || POOLS.has(node.op)) {
    const [rows, columns] = windows(node, context);
    return { ...first, height: windowed(first.height, rows), width: windowed(first.width, columns) };
  }
  if (node.op === 'ConvTranspose') {
    const [rows, columns] = windows(node, context);
    return { ...first, height: transposedWindowed(first.height, rows), width: transposedWindowed(first.width, columns) };
  }
  if (node.op === 'Transpose') return transposed(node, first);
  if (node.op === 'Pad') return padded(node, first, context);
  if (REDUCTIONS.test(node.op) && !touchesPositions(node, first, context)) return together;
  return { ...first, height: WHOLE_AXIS, width: WHOLE_AXIS };
}

function windows(node: Node, context: FieldContext): [Window, Window] {
  const weights = context.model.graph.initializers.get(node.inputs[1] ?? '') ?? constantTensor(node.inputs[1] ?? '', context);
  const kernel = ints(node.attributes.kernel_shape) ?? weights?.dims.slice(2);
  if (!kernel)
    throw new Error(`The node \`${node.name}\` (${node.op}) states no kernel size, and its weights are not a constant.`);
  const strides = ints(node.attributes.strides) ?? [1, 1];
  const dilations = ints(node.attributes.dilations) ?? [1, 1];
  const pads = ints(node.attributes.pads) ?? [0, 0, 0, 0];
  const auto = node.attributes.auto_pad;
  const mode = auto?.type === 'string' ? auto.value : 'NOTSET';
  const one = (axis: 0 | 1): Window => {
    const window = { kernel: kernel[axis]!, stride: strides[axis]!, dilation: dilations[axis]! };
    const total = Math.max(0, (window.kernel - 1) * window.dilation + 1 - window.stride);
    if (mode === 'SAME_UPPER') return { ...window, padBefore: Math.floor(total / 2) };
    if (mode === 'SAME_LOWER') return { ...window, padBefore: Math.ceil(total / 2) };
    return { ...window, padBefore: mode === 'VALID' ? 0 : pads[axis]! };
  };
  return [one(0), one(1)];
}

function transposed(node: Node, field: SpatialField): SpatialField {
  const order = ints(node.attributes.perm) ?? [3, 2, 1, 0];
  return { ...field, rowAxis: order.indexOf(field.rowAxis), columnAxis: order.indexOf(field.columnAxis) };
}

function padded(node: Node, field: SpatialField, context: FieldContext): SpatialField {
  const pads = ints(node.attributes.pads) ?? integers(node.inputs[1], context);
  if (!pads || (node.inputs[3] ?? '') !== '') return { ...field, height: WHOLE_AXIS, width: WHOLE_AXIS };
  const shift = (axis: AxisField, before: number): AxisField => ({ ...axis, offsetPx: axis.offsetPx - before * axis.stridePx });
  return { ...field, height: shift(field.height, pads[field.rowAxis]!), width: shift(field.width, pads[field.columnAxis]!) };
}

/** Whether a reduction, softmax, split or slice works along rows or columns; assumed where its axes are not known. */
function touchesPositions(node: Node, field: SpatialField, context: FieldContext): boolean {
  const attribute = node.attributes.axis ?? node.attributes.axes;
  const given = attribute?.type === 'int' ? [attribute.value] : ints(attribute);
  const axes = given ?? (node.op === 'Split' ? [0] : integers(node.inputs[node.op === 'Slice' ? 3 : 1], context));
  if (!axes) return true;
  const rank = 4;
  return axes.some((axis) => [field.rowAxis, field.columnAxis].includes(axis < 0 ? axis + rank : axis));
}

function ints(attribute: Attribute | undefined): readonly number[] | undefined {
  return attribute?.type === 'ints' ? attribute.value : undefined;
}

function integers(name: string | undefined, context: FieldContext): number[] | undefined {
  if (!name) return undefined;
  const tensor = context.model.graph.initializers.get(name) ?? constantTensor(name, context);
  if (tensor?.dtype !== 'int64' || tensor.data.kind !== 'inline') return undefined;
  const { bytes } = tensor.data;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / 8 }, (_, i) => Number(view.getBigInt64(i * 8, true)));
}

function constantTensor(name: string, { constants }: FieldContext): Tensor | undefined {
  const value = constants.get(name)?.attributes.value;
  return value?.type === 'tensor' ? value.value : undefined;
}
