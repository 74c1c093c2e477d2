import { UnknownTensorError } from '../errors.js';
import { nearestNames } from '../nearest.js';
import { inferShapes } from '../shapes/infer.js';
import type { Dim, Model, ValueInfo } from '../types.js';

/**
 * Fixes dimensions of inputs, for example the batch: the runtime then plans memory and folds shape arithmetic. null leaves
 * a dimension as it is. Shapes of outputs follow; stated shapes of intermediate values, which may no longer hold, go.
 *
 * @throws UnknownTensorError for an input that does not exist; Error where the number of dimensions differs.
 * @example
 * specialize(model, { image: [8, 3, 224, 224] });
 */
export function specialize(model: Model, shapes: Readonly<Record<string, readonly Dim[]>>): Model {
  const { graph } = model;
  const known = graph.inputs.map((v) => v.name);
  for (const name of Object.keys(shapes))
    if (!known.includes(name)) throw new UnknownTensorError(name, nearestNames(name, known), 'input');
  const overrides: Record<string, Dim[]> = {};
  for (const { name, type } of graph.inputs) {
    const shape = shapes[name];
    if (shape !== undefined) overrides[name] = shape.map((d, i) => d ?? type?.shape?.[i] ?? null);
  }
  const types = inferShapes(model, overrides);
  const typed = (v: ValueInfo): ValueInfo => ({ ...v, type: types.get(v.name) ?? v.type });
  return {
    ...model,
    graph: { ...graph, inputs: graph.inputs.map(typed), outputs: graph.outputs.map(typed), valueInfo: new Map() },
  };
}
