import { findLayer, type Model, nearestNames, valueNames } from '@incognita/onnx';
import { UsageError } from './errors.js';

/**
 * The tensor that a user means: a tensor of the graph by its own name, or a layer by ours (`fire8`).
 *
 * @throws UsageError that offers the nearest names
 */
export function resolveTensor(model: Model, name: string): string {
  const tensors = valueNames(model.graph);
  if (tensors.has(name)) return name;
  try {
    return findLayer(model, name).tensor;
  } catch {
    const near = nearestNames(name, [...tensors]).slice(0, 5);
    throw new UsageError(
      `the model has no tensor or layer "${name}"; the nearest are ${near.join(', ')} (incognita inspect lists layers)`,
    );
  }
}
