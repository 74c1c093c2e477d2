import { inferShapes, type Model, type Node, type TensorType } from '@incognita/onnx';
import { exportNetwork, type Network, partsOf } from '../network/network.js';
import { sizeOf } from '../network/parameter.js';

/**
 * Multiply-additions of a forward pass for one example: of convolutions and matrix products, which is all but a few per cent. An operation count in
 * the sense of the literature is twice this; a training step is about three times a forward pass (Kaplan et al. 2020, section 2.1).
 *
 * @param model with known sizes but for the batch, which is the first dimension of its inputs.
 * @example multiplyAdditions(exportNetwork(alexNet({ classes: 1000 }), values)) // 0.71e9, published as 720 million
 */
export function multiplyAdditions(model: Model): number {
  const shapes = Object.fromEntries(model.graph.inputs.map(({ name, type }) => [name, [1, ...(type?.shape?.slice(1) ?? [])]]));
  const types = inferShapes(model, shapes);
  return model.graph.nodes.reduce((sum, node) => sum + ofNode(node, types), 0);
}

function ofNode(node: Node, types: ReadonlyMap<string, TensorType>): number {
  const size = (name: string): number => dimsOf(name, types).reduce((a, b) => a * b, 1);
  const [x, w] = [node.inputs[0]!, node.inputs[1]!];
  const y = node.outputs[0]!;
  // Each output of a convolution is a sum over one kernel, [out, in / groups, …].
  if (node.op === 'Conv') return size(y) * (size(w) / dimsOf(w, types)[0]!);
  if (node.op === 'MatMul') return size(y) * dimsOf(x, types).at(-1)!;
  if (node.op !== 'Gemm') return 0;
  const transposed = node.attributes.transA?.type === 'int' && node.attributes.transA.value === 1;
  return size(y) * dimsOf(x, types)[transposed ? 0 : 1]!;
}

function dimsOf(name: string, types: ReadonlyMap<string, TensorType>): number[] {
  const shape = types.get(name)?.shape;
  if (!shape?.every((dim) => typeof dim === 'number'))
    throw new Error(`Operations cannot be counted: the shape of "${name}" is ${shape ? `[${shape}]` : 'unknown'}.`);
  return shape as number[];
}

/**
 * Floating-point operations that training a network takes for each example that it is shown: two a multiply-addition, for the forward pass and for the
 * gradients by what goes in and by the weights.
 *
 * @example trainingOperations(network) * batchSize * steps
 */
export function trainingOperations(network: Network): number {
  const { parameters, statistics } = partsOf(network);
  const ones = new Map([...parameters, ...statistics].map(({ name, dims }) => [name, new Float32Array(sizeOf(dims)).fill(1)]));
  return 6 * multiplyAdditions(exportNetwork(network, ones));
}
