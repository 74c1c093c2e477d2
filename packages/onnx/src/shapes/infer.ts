import type { Dim, Model, TensorType } from '../types.js';

export function inferShapes(
  model: Model,
  _overrides: Readonly<Record<string, readonly Dim[]>> = {},
): ReadonlyMap<string, TensorType> {
  const types = new Map<string, TensorType>();
  for (const v of [...model.graph.inputs, ...model.graph.valueInfo.values(), ...model.graph.outputs])
    if (v.type !== null) types.set(v.name, v.type);
  return types;
}
