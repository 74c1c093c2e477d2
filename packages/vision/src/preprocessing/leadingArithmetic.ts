import type { Model } from '@incognita/onnx';

const ARITHMETIC = new Set(['Sub', 'Add', 'Mul', 'Div', 'BatchNormalization']);
const TRANSPARENT = new Set(['Transpose', 'Cast', 'Identity', 'Squeeze', 'Unsqueeze']);

/**
 * When a graph does arithmetic with constants on its input before anything else, the largest magnitude among the constants of the first
 * such operator (a divisor counts as it is, a factor as its inverse): more than 2 hints at pixel values of 0 … 255. Null when there is none.
 */
export function constantScale(model: Model, inputName: string): number | null {
  let name = inputName;
  for (;;) {
    const users = model.graph.nodes.filter((node) => node.inputs.includes(name));
    const [user] = users;
    if (users.length !== 1 || !user) return null;
    if (TRANSPARENT.has(user.op)) {
      name = user.outputs[0]!;
      continue;
    }
    if (!ARITHMETIC.has(user.op)) return null;
    const values = user.inputs.filter((input) => input !== name).flatMap((input) => constants(model, input));
    if (values.length === 0) return null;
    const sizes = values.map((value) => (user.op === 'Mul' && value !== 0 ? 1 / Math.abs(value) : Math.abs(value)));
    return Math.max(...sizes);
  }
}

function constants(model: Model, name: string): number[] {
  const tensor =
    model.graph.initializers.get(name) ??
    model.graph.nodes.flatMap((node) => {
      const value = node.op === 'Constant' && node.outputs[0] === name ? node.attributes.value : undefined;
      return value?.type === 'tensor' ? [value.value] : [];
    })[0];
  if (tensor?.dtype !== 'float32' || tensor.data.kind !== 'inline') return [];
  const { bytes } = tensor.data;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / 4 }, (_, i) => view.getFloat32(i * 4, true));
}
