import type { PartialValue } from '../shapes/context.js';
import type { ShapeOverrides } from '../shapes/infer.js';
import { infer } from '../shapes/infer.js';
import type { DataType, Model, Node, Tensor } from '../types.js';
import { dropUnused } from './dropUnused.js';
import { flattenIf } from './flattenIf.js';

const integers: Partial<Record<DataType, (values: readonly number[]) => ArrayBufferView>> = {
  int64: (values) => BigInt64Array.from(values, toInt64),
  int32: (values) => Int32Array.from(values),
  bool: (values) => Uint8Array.from(values),
};

/**
 * Replaces shape arithmetic whose result is known (whole numbers and truth values) by initializers, chooses branches of If whose condition
 * is known, and drops what nobody reads any more. `overrides` are input shapes to assume; fix them with `specialize` for
 * the result to be right only for those.
 */
export function foldConstants(given: Model, overrides: ShapeOverrides = {}): Model {
  const model = flattenIf(given, { shapes: overrides });
  const { values } = infer(model, overrides);
  const outputs = new Set(model.graph.outputs.map((v) => v.name));
  const initializers = new Map(model.graph.initializers);
  const nodes = model.graph.nodes.flatMap((node): Node[] => {
    if (node.outputs.some((name) => outputs.has(name)) || Object.values(node.attributes).some((a) => a.type === 'graph'))
      return [node];
    const tensors = node.outputs.map((name) => (name === '' ? null : constant(values.get(name))));
    if (tensors.length === 0 || tensors.some((t) => t === null)) return [node];
    for (const [i, name] of node.outputs.entries()) initializers.set(name, tensors[i]!);
    return [];
  });
  return dropUnused({ ...model, graph: { ...model.graph, nodes, initializers } });
}

function constant(value: PartialValue | undefined): Tensor | null {
  const encode = value === undefined ? undefined : integers[value.dtype];
  if (value === undefined || encode === undefined || !value.data.every((v) => typeof v === 'number')) return null;
  const { buffer, byteLength, byteOffset } = encode(value.data as number[]);
  return {
    dtype: value.dtype,
    dims: value.shape,
    data: { kind: 'inline', bytes: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength) },
  };
}

function toInt64(value: number): bigint {
  return BigInt.asIntN(64, value >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(value));
}
