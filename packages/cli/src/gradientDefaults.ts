import { classOutput, imageInput, type Model } from '@incognita/onnx';
import { UsageError } from './errors.js';

/** What a gradient is of where nothing is named: the class scores, or the only output. */
export function defaultOf(model: Model): string {
  const classes = classOutput(model);
  if (classes !== null) return classes.tensor;
  const [output, ...others] = model.graph.outputs;
  if (output !== undefined && others.length === 0) return output.name;
  const outputs = model.graph.outputs.map(({ name }) => name).join(', ');
  throw new UsageError(`the model has no class scores: name with --of what to differentiate (outputs: ${outputs})`);
}

/** What a gradient is with respect to where nothing is named: the picture, or the only input. */
export function defaultWrt(model: Model): string {
  const [input, ...others] = model.graph.inputs;
  if (input !== undefined && others.length === 0) return input.name;
  try {
    return imageInput(model).name;
  } catch {
    const inputs = model.graph.inputs.map(({ name }) => name).join(', ');
    throw new UsageError(`the model's input is not one picture: name with --wrt what to differentiate by (inputs: ${inputs})`);
  }
}
