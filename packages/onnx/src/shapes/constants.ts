import { readTensor } from '../tensor/readTensor.js';
import type { Node, Tensor } from '../types.js';
import type { PartialValue } from './context.js';

/** Tensors of more elements than this are weights, not shapes: their values are not followed. */
export const LARGEST_VALUE = 4096;
/** Of real numbers only a few are followed: scales of Resize, steps of Range. */
const LARGEST_REAL_VALUE = 64;
const whole = new Set(['int64', 'int32', 'int16', 'int8', 'uint8', 'uint16', 'uint32', 'uint64', 'bool']);

/** The value of a small inline tensor; null for large ones, external data and types that shapes are not made of. */
export function constantValue(tensor: Tensor): PartialValue | null {
  const count = tensor.dims.reduce((a, b) => a * b, 1);
  const real = tensor.dtype === 'float32' || tensor.dtype === 'float64' || tensor.dtype === 'float16';
  if (tensor.data.kind !== 'inline' || count > (real ? LARGEST_REAL_VALUE : LARGEST_VALUE)) return null;
  if (!real && !whole.has(tensor.dtype)) return null;
  return { dtype: tensor.dtype, shape: tensor.dims, data: Array.from(readTensor(tensor) as ArrayLike<number | bigint>, Number) };
}

/** The value of a Constant node. */
export function constantNodeValue(node: Node): PartialValue | null {
  for (const attribute of Object.values(node.attributes)) {
    if (attribute.type === 'tensor') return constantValue(attribute.value);
    if (attribute.type === 'int') return { dtype: 'int64', shape: [], data: [attribute.value] };
    if (attribute.type === 'float') return { dtype: 'float32', shape: [], data: [attribute.value] };
    if (attribute.type === 'ints') return { dtype: 'int64', shape: [attribute.value.length], data: attribute.value };
    if (attribute.type === 'floats') return { dtype: 'float32', shape: [attribute.value.length], data: attribute.value };
  }
  return null;
}
