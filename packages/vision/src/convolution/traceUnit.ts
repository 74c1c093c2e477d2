import { type Model, makers as makersOf, type Node, type TensorType } from '@incognita/onnx';

/** The dot product that a unit of a layer comes from. */
export interface UnitTrace {
  /** The convolution or dense operator. */
  readonly node: Node;
  /** The unit's place in that operator's output. */
  readonly index: readonly number[];
  /** From there to the layer: each operator, what it puts out, and the unit's place there. */
  readonly way: readonly UnitStep[];
}

/** One operator between a dot product and the layer's tensor. */
export interface UnitStep {
  readonly node: Node;
  readonly tensor: string;
  readonly index: readonly number[];
}

/** A unit that is not one dot product followed by functions of single numbers. */
export class NoDotProductError extends Error {
  override readonly name = 'NoDotProductError';
}

const PRODUCTS = new Set(['Conv', 'Gemm', 'MatMul']);
const POINTWISE = new Set([
  ...['Relu', 'Clip', 'LeakyRelu', 'PRelu', 'Elu', 'Selu', 'Celu', 'Gelu', 'HardSwish', 'Mish', 'Swish', 'Softplus'],
  ...['Sigmoid', 'Tanh', 'HardSigmoid', 'ThresholdedRelu', 'QuickGelu', 'BiasGelu', 'Erf', 'Softsign', 'Abs', 'Neg'],
  ...['Identity', 'Cast', 'Dropout', 'BatchNormalization', 'Add', 'Sub', 'Mul', 'Div', 'Sum', 'Max', 'Min', 'Pow'],
]);

interface Reached {
  readonly tensor: string;
  readonly index: readonly number[];
  readonly way: readonly UnitStep[];
}

/**
 * Finds the convolution or dense operator whose dot product a unit of a layer is: backwards through activations, normalization in its
 * finished form, sums (residual connections), gates, concatenations and transpositions, by the shortest way.
 *
 * @param types shapes of all tensors, without symbols
 * @param index the unit's place in the layer's tensor
 * @throws NoDotProductError saying what stands between
 * @example traceUnit(model, types, 'relu5', [0, 17, 3, 3]).node.op; // 'Conv'
 */
export function traceUnit(
  model: Model,
  types: ReadonlyMap<string, TensorType>,
  tensor: string,
  index: readonly number[],
): UnitTrace {
  const makers = makersOf(model.graph);
  const queue: Reached[] = [{ tensor, index, way: [] }];
  const seen = new Set([tensor]);
  const obstacles = new Set<string>();
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const node = makers.get(at.tensor);
    if (node === undefined) continue;
    if (PRODUCTS.has(node.op) && at.tensor === node.outputs[0]) return { node, index: at.index, way: at.way };
    const sources = behind(node, at, types);
    if (sources === null) obstacles.add(node.op);
    for (const source of sources ?? []) {
      if (seen.has(source.tensor)) continue;
      seen.add(source.tensor);
      queue.push({ ...source, way: [{ node, tensor: at.tensor, index: at.index }, ...at.way] });
    }
  }
  throw new NoDotProductError(
    obstacles.size === 0
      ? 'No convolution or dense operator makes this value.'
      : `This value is no dot product of the layer before: ${[...obstacles].join(', ')} ${obstacles.size === 1 ? 'stands' : 'stand'} between.`,
  );
}

/** The values that this one is computed from, number for number; null where an operator mixes places. */
function behind(
  node: Node,
  { tensor, index }: Reached,
  types: ReadonlyMap<string, TensorType>,
): { readonly tensor: string; readonly index: readonly number[] }[] | null {
  const shapeOf = (name: string): readonly unknown[] | null => types.get(name)?.shape ?? null;
  if (node.op === 'Transpose') {
    const perm = node.attributes.perm;
    const order = perm?.type === 'ints' ? perm.value : index.map((_, i) => index.length - 1 - i);
    const place = [...index];
    for (const [i, axis] of order.entries()) place[axis] = index[i]!;
    return [{ tensor: node.inputs[0]!, index: place }];
  }
  if (node.op === 'Concat') {
    const stated = node.attributes.axis?.type === 'int' ? node.attributes.axis.value : 0;
    const axis = stated < 0 ? stated + index.length : stated;
    let from = 0;
    for (const input of node.inputs) {
      const width = shapeOf(input)?.[axis];
      if (typeof width !== 'number') return null;
      if (index[axis]! < from + width) return [{ tensor: input, index: index.with(axis, index[axis]! - from) }];
      from += width;
    }
    return null;
  }
  if (!POINTWISE.has(node.op)) return null;
  const own = shapeOf(tensor)?.join();
  return node.inputs.filter((input) => input !== '' && shapeOf(input)?.join() === own).map((input) => ({ tensor: input, index }));
}
