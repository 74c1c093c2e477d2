import { UnknownTensorError } from '../errors.js';
import { nearestNames } from '../nearest.js';
import type { Model, ValueInfo } from '../types.js';
import { makers } from '../walk.js';

/**
 * Makes tensors outputs of the graph, beside the given ones, in the order asked; those that are outputs already stay where
 * they are. Any value may be tapped that a node makes or that is an input or an initializer of the graph (through an Identity).
 *
 * @throws UnknownTensorError with the nearest names.
 * @example
 * tap(model, ['/fire8/Concat_output_0']).graph.outputs.map((v) => v.name); // ['logits', '/fire8/Concat_output_0']
 */
export function tap(model: Model, tensors: readonly string[]): Model {
  const { graph } = model;
  const made = makers(graph);
  const outputs: ValueInfo[] = [...graph.outputs];
  const present = new Set(outputs.map((v) => v.name));
  for (const tensor of tensors) {
    if (present.has(tensor)) continue;
    const input = graph.inputs.find((v) => v.name === tensor);
    const constant = graph.initializers.get(tensor);
    if (!made.has(tensor) && input === undefined && constant === undefined)
      throw new UnknownTensorError(tensor, nearestNames(tensor, [...made.keys(), ...graph.inputs.map((v) => v.name)]));
    present.add(tensor);
    outputs.push(
      graph.valueInfo.get(tensor) ??
        input ?? { name: tensor, type: constant === undefined ? null : { dtype: constant.dtype, shape: constant.dims } },
    );
  }
  return { ...model, graph: { ...graph, outputs } };
}
