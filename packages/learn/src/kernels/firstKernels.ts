import { type ExternalFiles, imageInput, type Model, readTensor } from '@incognita/onnx';

/** The kernels that read the picture. */
export interface FirstKernels {
  /** Name of the tensor of weights. */
  readonly name: string;
  /** [channels, colours, height, width]. */
  readonly dims: readonly number[];
  readonly weights: Float32Array;
}

/** Operators that stand between picture or weights and the convolution without mixing anything. */
const PASSING = new Set(['Cast', 'Identity', 'DequantizeLinear']);
const NORMALIZING = new Set([...PASSING, 'Sub', 'Add', 'Mul', 'Div', 'Pad', 'Clip']);

/**
 * The weights of the first convolution over the picture, whether they are stored in float32 or in half of it.
 *
 * @throws RangeError where the picture meets no convolution with constant weights.
 */
export function firstKernels(model: Model, external?: ExternalFiles): FirstKernels {
  const { nodes, initializers } = model.graph;
  let value = imageInput(model).name;
  for (;;) {
    const reader = nodes.find(({ op, inputs }) => inputs[0] === value && (op === 'Conv' || NORMALIZING.has(op)));
    if (reader === undefined)
      throw new RangeError('The picture meets no convolution: there are no kernels over its colours to draw.');
    if (reader.op !== 'Conv') {
      value = reader.outputs[0]!;
      continue;
    }
    let name = reader.inputs[1]!;
    for (let maker = makerOf(name); maker !== undefined && PASSING.has(maker.op); maker = makerOf(name)) name = maker.inputs[0]!;
    const tensor = initializers.get(name);
    if (tensor === undefined) throw new RangeError(`The kernels \`${name}\` of the first convolution are computed, not stored.`);
    return { name, dims: tensor.dims, weights: Float32Array.from(readTensor(tensor, external) as Float32Array) };
  }
  function makerOf(name: string): (typeof nodes)[number] | undefined {
    return nodes.find(({ outputs }) => outputs.includes(name));
  }
}
