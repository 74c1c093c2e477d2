import type { Model, Node } from '@incognita/onnx';
import type { AxisField } from './axisField.js';
import { fieldOfNode, type SpatialField } from './nodeField.js';

/** Which input pixels a position of a layer can see. */
export interface ReceptiveField {
  readonly height: AxisField;
  readonly width: AxisField;
}

/** Where no path leads from the input to the tensor, or it has no rows and columns. */
export class ReceptiveFieldError extends Error {
  override readonly name = 'ReceptiveFieldError';
}

/**
 * The receptive field of one position of `tensor` in pixels of `inputTensor`, over all paths: an exact bound from kernels, strides,
 * dilations and padding. Sizes are `Infinity` where a global operation lies between: every position sees the whole input.
 * `auto_pad` with a stride assumes sides that the stride divides.
 *
 * @throws ReceptiveFieldError when the tensor does not depend on the input, does not exist, or is no map of positions.
 * @example receptiveField(model, 'image', layer.tensor).width // { sizePx: 111, stridePx: 16, offsetPx: -8 }
 */
export function receptiveField(model: Model, inputTensor: string, tensor: string): ReceptiveField {
  const start: AxisField = { sizePx: 1, stridePx: 1, offsetPx: 0 };
  const channelsLast = isChannelsLast(model, inputTensor);
  const fields = new Map<string, SpatialField>([
    [inputTensor, { rowAxis: channelsLast ? 1 : 2, columnAxis: channelsLast ? 2 : 3, height: start, width: start }],
  ]);
  const constants = constantNodes(model);
  for (const node of model.graph.nodes) {
    const field = fieldOfNode(node, fields, { model, constants });
    if (field) for (const output of node.outputs) if (output !== '') fields.set(output, field);
    if (fields.has(tensor) && tensor !== inputTensor) break;
  }
  const found = fields.get(tensor);
  if (!found) throw new ReceptiveFieldError(`The tensor \`${tensor}\` does not depend on the input \`${inputTensor}\`.`);
  return { height: found.height, width: found.width };
}

function isChannelsLast(model: Model, inputTensor: string): boolean {
  const shape = model.graph.inputs.find(({ name }) => name === inputTensor)?.type?.shape;
  return shape?.length === 4 && (shape[3] === 3 || shape[3] === 1) && shape[1] !== 3 && shape[1] !== 1;
}

function constantNodes(model: Model): ReadonlyMap<string, Node> {
  return new Map(model.graph.nodes.filter((node) => node.op === 'Constant').map((node) => [node.outputs[0]!, node]));
}
