import { type Attribute, type Graph, type Model, type Node, readTensor, type Tensor, type ValueInfo } from '@incognita/onnx';
import type { Values } from './values.js';

/** The model in double precision: every float32 of its inputs, constants and casts is a float64. */
export function doubleModel(model: Model): Model {
  return { ...model, graph: doubleGraph(model.graph) };
}

/** The same numbers in double precision. */
export function doubleValues(values: Values): Values {
  return values.data instanceof Float32Array ? { data: Float64Array.from(values.data), dims: values.dims } : values;
}

function doubleGraph(graph: Graph): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map(doubleNode),
    inputs: graph.inputs.map(doubleInfo),
    outputs: graph.outputs.map(doubleInfo),
    initializers: new Map([...graph.initializers].map(([name, tensor]) => [name, doubleTensor(tensor)])),
    valueInfo: new Map(),
  };
}

function doubleInfo(info: ValueInfo): ValueInfo {
  return info.type?.dtype === 'float32' ? { name: info.name, type: { ...info.type, dtype: 'float64' } } : info;
}

function doubleTensor(tensor: Tensor): Tensor {
  if (tensor.dtype !== 'float32') return tensor;
  const numbers = Float64Array.from(readTensor(tensor) as Float32Array);
  return { dtype: 'float64', dims: tensor.dims, data: { kind: 'inline', bytes: new Uint8Array(numbers.buffer) } };
}

function doubleNode(node: Node): Node {
  const attributes: Record<string, Attribute> = {};
  for (const [name, attribute] of Object.entries(node.attributes)) {
    if (attribute.type === 'tensor') attributes[name] = { type: 'tensor', value: doubleTensor(attribute.value) };
    else if (attribute.type === 'graph') attributes[name] = { type: 'graph', value: doubleGraph(attribute.value) };
    else if ((name === 'to' || name === 'dtype') && attribute.type === 'int' && attribute.value === 1)
      attributes[name] = { type: 'int', value: 11 };
    else attributes[name] = attribute;
  }
  return { ...node, attributes };
}
