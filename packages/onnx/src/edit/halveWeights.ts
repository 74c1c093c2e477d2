import { codeOf } from '../proto/dataTypes.js';
import { constantTensor } from '../tensor/constants.js';
import { type ExternalFiles, readTensor } from '../tensor/readTensor.js';
import type { Model, Node, Tensor } from '../types.js';
import { valueNames } from '../walk.js';

const LARGEST_HALF = 65504;
/** Smaller tensors (epsilons, scales, biases) are not worth a cast. */
const FEWEST = 1024;

/**
 * The model with its large weights stored in float16, and a cast to float32 before what reads them: half the size, the same graph, and
 * numbers that are computed in float32 as before from weights rounded to 11 bits.
 *
 * @throws RangeError for a weight beyond float16's range.
 * @example write(halveWeights(model)) // about half as many bytes
 */
export function halveWeights(model: Model, external?: ExternalFiles): Model {
  const { graph } = model;
  const taken = valueNames(graph);
  const casts: Node[] = [];
  const initializers = new Map<string, Tensor>();
  for (const [name, tensor] of graph.initializers) {
    if (tensor.dtype !== 'float32' || tensor.dims.reduce((a, b) => a * b, 1) < FEWEST) {
      initializers.set(name, tensor);
      continue;
    }
    const values = readTensor(tensor, external) as Float32Array;
    const large = values.find((value) => Math.abs(value) > LARGEST_HALF);
    if (large !== undefined)
      throw new RangeError(`The weight "${name}" holds ${large}, which float16 cannot hold; store this model in float32.`);
    let stored = `${name}.half`;
    while (taken.has(stored)) stored += '_';
    taken.add(stored);
    initializers.set(stored, constantTensor('float16', values, tensor.dims));
    const attributes: Node['attributes'] = { to: { type: 'int', value: codeOf('float32') } };
    casts.push({ op: 'Cast', domain: '', name, inputs: [stored], outputs: [name], attributes });
  }
  return { ...model, graph: { ...graph, nodes: [...casts, ...graph.nodes], initializers } };
}
