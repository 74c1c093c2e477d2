import { DimAlgebra } from '../../shapes/dims.js';
import { type InferenceState, inferInitializer } from '../../shapes/infer.js';
import type { Node, Tensor, TensorType } from '../../types.js';
import type { Rewrite } from './context.js';
import { openContext } from './writer.js';

/** What is known around a node that is to be written in others. */
export interface Surroundings {
  /** Version of the default operator set. */
  readonly opset: number;
  /** Begin of all names that are invented; nobody else may use it. */
  readonly prefix: string;
  type(name: string): TensorType | null;
  /** The constant behind a name. */
  tensor(name: string): Tensor | null;
  /** Whole numbers that are known before the run although they are computed. */
  numbers(name: string): readonly number[] | null;
}

/** Nodes that compute the same as one node, beside it. */
export interface Expansion {
  readonly nodes: readonly Node[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  readonly types: ReadonlyMap<string, TensorType>;
  /** The tensors that stand for the node's outputs. */
  readonly outputs: readonly (string | null)[];
}

/**
 * Writes one node in other operators without replacing it: for who wants its parts, as a derivative does.
 *
 * @throws CannotDecomposeError where it cannot be written so.
 */
export function expandNode(node: Node, rewrite: Rewrite, around: Surroundings): Expansion | null {
  const initializers = new Map<string, Tensor>();
  const state: InferenceState = {
    opsets: new Map([['', around.opset]]),
    dims: new DimAlgebra(),
    types: new Map(),
    values: new Map(),
    stated: new Map(),
  };
  for (const name of new Set(node.inputs)) {
    if (name === '') continue;
    const tensor = around.tensor(name);
    if (tensor) inferInitializer(name, tensor, state);
    const type = around.type(name);
    if (type && !state.types.has(name)) state.types.set(name, type);
    const data = tensor ? null : around.numbers(name);
    const shape = type?.shape;
    if (data && type && shape?.every((d) => typeof d === 'number'))
      state.values.set(name, { dtype: type.dtype, shape: shape as number[], data });
  }
  for (const name of node.outputs) {
    const type = around.type(name);
    if (type) state.types.set(name, type);
  }
  const { context, written } = openContext(
    { ...node, name: around.prefix },
    {
      state,
      taken: new Set(node.inputs),
      initializers,
      constants: new Map(),
      tensor: (name) => initializers.get(name) ?? around.tensor(name),
      used: () => true,
      opset: around.opset,
      since: state.opsets,
    },
  );
  const outputs = rewrite(context);
  return outputs === undefined ? null : { nodes: written, initializers, types: state.types, outputs };
}
