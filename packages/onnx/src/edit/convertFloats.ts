import { codeOf, dataTypeOf } from '../proto/dataTypes.js';
import { constantOfNode, constantTensor } from '../tensor/constants.js';
import { type ExternalFiles, readTensor } from '../tensor/readTensor.js';
import type { Attribute, DataType, Graph, Model, Node, Tensor, ValueInfo } from '../types.js';
import { valueNames } from '../walk.js';

/** Floating-point types between which {@link convertFloats} converts. */
export type FloatType = 'float16' | 'bfloat16' | 'float32' | 'float64';

const floats: ReadonlySet<DataType> = new Set<DataType>(['float16', 'bfloat16', 'float32', 'float64']);

/** Inputs that the specification wants in float32 whatever the others are. */
const always32: Readonly<Record<string, readonly number[]>> = { Resize: [2], Upsample: [1], NonMaxSuppression: [0, 1, 3, 4] };

/** The largest number of float16, and the smallest that `onnxconverter_common/float16.py` lets a constant become. */
const LARGEST_HALF = 65504;
const SMALLEST_HALF = 1e-7;

/**
 * The model with all its real numbers in another type: weights, constants, casts, inputs and outputs. In float16, constants
 * beyond its range become its largest numbers, and ones too small for it ±10⁻⁷ (an epsilon stays one). `external` are the
 * files that hold weights which are not in the model file.
 *
 * Source: Microsoft, onnxconverter-common, `onnxconverter_common/float16.py`, for what is kept in range and how.
 *
 * @example
 * vjp(convertFloats(half, 'float32'), { of: 'logits', wrt: 'image' }); // the gradient of a float16 model, in float32
 */
export function convertFloats(model: Model, to: FloatType, external?: ExternalFiles): Model {
  return { ...model, graph: convertGraph(model.graph, { to, external, taken: valueNames(model.graph) }) };
}

interface Conversion {
  readonly to: FloatType;
  readonly external: ExternalFiles | undefined;
  readonly taken: Set<string>;
}

function convertGraph(graph: Graph, conversion: Conversion): Graph {
  const initializers = new Map([...graph.initializers].map(([name, tensor]) => [name, convertTensor(tensor, conversion)]));
  const typed = (value: ValueInfo): ValueInfo =>
    value.type && floats.has(value.type.dtype) ? { ...value, type: { ...value.type, dtype: conversion.to } } : value;
  const nodes = graph.nodes.flatMap((node) => keepSingles(convertNode(node, conversion), conversion));
  return {
    ...graph,
    nodes,
    initializers,
    inputs: graph.inputs.map(typed),
    outputs: graph.outputs.map(typed),
    valueInfo: new Map([...graph.valueInfo].map(([name, value]) => [name, typed(value)])),
  };
}

function convertNode(node: Node, conversion: Conversion): Node {
  const { to } = conversion;
  if (node.domain === '' && node.op === 'Constant') {
    const tensor = constantOfNode(node);
    if (!tensor || !floats.has(tensor.dtype) || tensor.dtype === to) return node;
    return { ...node, attributes: { value: { type: 'tensor', value: convertTensor(tensor, conversion) } } };
  }
  const attributes: Record<string, Attribute> = {};
  for (const [name, attribute] of Object.entries(node.attributes)) {
    if (attribute.type === 'graph') attributes[name] = { type: 'graph', value: convertGraph(attribute.value, conversion) };
    else if (attribute.type === 'tensor')
      attributes[name] = { type: 'tensor', value: convertTensor(attribute.value, conversion) };
    else if (attribute.type === 'int' && ['to', 'dtype', 'output_datatype'].includes(name))
      attributes[name] = floats.has(dataTypeOf(attribute.value) ?? 'bool') ? { type: 'int', value: codeOf(to) } : attribute;
    else attributes[name] = attribute;
  }
  if (node.domain === '' && to !== 'float32') Object.assign(attributes, implied(node, attributes, to));
  return { ...node, attributes };
}

/** Attributes that would mean float32 by not being there. */
function implied(node: Node, attributes: Readonly<Record<string, Attribute>>, to: FloatType): Record<string, Attribute> {
  const code: Attribute = { type: 'int', value: codeOf(to) };
  if (node.op === 'ConstantOfShape' && !attributes.value)
    return { value: { type: 'tensor', value: constantTensor(to, [0], [1]) } };
  if ((node.op === 'RandomNormal' || node.op === 'RandomUniform') && !attributes.dtype) return { dtype: code };
  if (/^(Hann|Hamming|Blackman)Window$/.test(node.op) && !attributes.output_datatype) return { output_datatype: code };
  return {};
}

/** The node, with casts before the inputs that must be float32. */
function keepSingles(node: Node, { to, taken }: Conversion): Node[] {
  const inputs = node.domain === '' && to !== 'float32' ? (always32[node.op] ?? []) : [];
  const casts: Node[] = [];
  const changed = [...node.inputs];
  for (const i of inputs) {
    const name = node.inputs[i] ?? '';
    if (name === '') continue;
    let fresh = `${name}_float32`;
    while (taken.has(fresh)) fresh += '_';
    taken.add(fresh);
    changed[i] = fresh;
    const attributes: Node['attributes'] = { to: { type: 'int', value: codeOf('float32') } };
    casts.push({ op: 'Cast', domain: '', name: fresh, inputs: [name], outputs: [fresh], attributes });
  }
  return casts.length === 0 ? [node] : [...casts, { ...node, inputs: changed }];
}

function convertTensor(tensor: Tensor, { to, external }: Conversion): Tensor {
  if (!floats.has(tensor.dtype) || tensor.dtype === to) return tensor;
  const values = readTensor(tensor, external) as Float32Array | Float64Array;
  return constantTensor(to, to === 'float16' ? values.map(inHalfRange) : values, tensor.dims);
}

function inHalfRange(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  return Math.sign(value) * Math.min(LARGEST_HALF, Math.max(SMALLEST_HALF, Math.abs(value)));
}
