import { attributeOf } from '../../build/builder.js';
import { nodeKey } from '../../build/nodeKey.js';
import type { PartialValue } from '../../shapes/context.js';
import { type InferenceState, inferInitializer, inferNode } from '../../shapes/infer.js';
import { constantOfNode, constantTensor, numbersOf } from '../../tensor/constants.js';
import type { Attribute, DataType, Node, Tensor } from '../../types.js';
import { CannotDecomposeError, type RewriteAttributes, type RewriteContext } from './context.js';

/** Shapes are short; what is longer is data. */
const LARGEST_FOLDED = 64;

/** What the rewriting of one graph (the model's, or a subgraph) shares between its nodes. */
export interface Scope {
  readonly state: InferenceState;
  /** Names used anywhere in the model, for values and for nodes. */
  readonly taken: Set<string>;
  readonly initializers: Map<string, Tensor>;
  /** Names of the small constants that rewrites wrote in this graph. */
  readonly constants: Map<string, string>;
  /** Constants by name, also of the graphs around. */
  readonly tensor: (name: string) => Tensor | null;
  readonly used: (name: string) => boolean;
  readonly opset: number;
  /** Operator sets of the model as it was given. */
  readonly since: ReadonlyMap<string, number>;
}

/** The context of one node, and the nodes that were written into it. */
export function openContext(node: Node, scope: Scope): { readonly context: RewriteContext; readonly written: Node[] } {
  const written: Node[] = [];
  const known = new Map<string, readonly string[]>();
  const { state } = scope;
  const prefix = node.name || node.outputs.find((output) => output !== '') || node.op;
  const refuse = (reason: string, remedy: string): never => {
    throw new CannotDecomposeError(node, reason, remedy);
  };
  const attribute = <T extends Attribute['type']>(name: string, type: T) => {
    const found = node.attributes[name];
    return found?.type === type ? (found as Extract<typeof found, { type: T }>) : undefined;
  };
  const dtype = (name: string): DataType =>
    state.types.get(name)?.dtype ??
    refuse(`the element type of "${name}" is not known.`, 'State it in the value_info of the model, or export the model anew.');

  const ops: RewriteContext['ops'] = (op, inputs, count, attributes = {}, domain = '') => {
    const key = nodeKey(domain, op, inputs, count, attributes);
    const before = known.get(key);
    if (before) return before;
    const outputs = Array.from({ length: count }, () => unique(scope.taken, `${prefix}/${op}`));
    const made: Node = { op, domain, name: outputs[0]!, inputs: trimmed(inputs), outputs, attributes: convert(attributes) };
    inferNode(made, state);
    const folded = domain === '' ? outputs.map((name) => wholeNumbers(state.values.get(name))) : [];
    const results = outputs.map((name, i) => (folded[i] ? constant(folded[i].dtype, folded[i].data, folded[i].shape) : name));
    if (results.some((name, i) => name === outputs[i])) written.push(made);
    known.set(key, results);
    return results;
  };
  const initializer = (tensor: Tensor): string => {
    const name = unique(scope.taken, `${prefix}/constant`);
    scope.initializers.set(name, tensor);
    inferInitializer(name, tensor, state);
    return name;
  };
  const constant: RewriteContext['constant'] = (type, values, dims = [values.length]) => {
    const key = values.length <= 64 ? `${type} [${dims}] ${Array.from(values, (v) => (Object.is(v, -0) ? '-0' : v))}` : null;
    const before = key === null ? undefined : scope.constants.get(key);
    if (before !== undefined) return before;
    const name = initializer(constantTensor(type, values, dims));
    if (key !== null) scope.constants.set(key, name);
    return name;
  };

  const context: RewriteContext = {
    node,
    opset: scope.opset,
    since: scope.since.get(node.domain) ?? 1,
    input: (i) => node.inputs[i] ?? '',
    used: (i) => scope.used(node.outputs[i] ?? ''),
    int: (name, fallback) => attribute(name, 'int')?.value ?? fallback,
    ints: (name) => attribute(name, 'ints')?.value ?? (attribute(name, 'floats')?.value.length === 0 ? [] : null),
    float: (name, fallback) => attribute(name, 'float')?.value ?? attribute(name, 'int')?.value ?? fallback,
    floats: (name) => attribute(name, 'floats')?.value ?? attribute(name, 'ints')?.value ?? null,
    string: (name, fallback) => attribute(name, 'string')?.value ?? fallback,
    type: (name) => state.types.get(name) ?? null,
    dtype,
    shape: (name) => state.types.get(name)?.shape ?? null,
    rank: (name) =>
      state.types.get(name)?.shape?.length ??
      refuse(
        `the rank of "${name}" is not known.`,
        'State shapes for the inputs (`shapes`), or the shape of this value in the value_info of the model.',
      ),
    value: (name) => state.values.get(name) ?? null,
    tensor: scope.tensor,
    numbers: (name) => {
      const tensor = scope.tensor(name);
      return tensor === null ? null : numbersOf(tensor);
    },
    op: (op, inputs, attributes) => ops(op, inputs, 1, attributes)[0]!,
    ops,
    constant,
    initializer,
    scalar: (value, like) => constant(dtype(like), [value], []),
    vector: (values) => constant('int64', values),
    refuse,
  };
  return { context, written };
}

/** A name that nobody uses yet. */
export function unique(taken: Set<string>, hint: string): string {
  let name = hint;
  for (let i = 1; taken.has(name); i++) name = `${hint}_${i}`;
  taken.add(name);
  return name;
}

/** A small tensor of whole numbers that is known altogether: a shape, an axis. */
function wholeNumbers(value: PartialValue | undefined): (PartialValue & { readonly data: readonly number[] }) | null {
  if (value === undefined || (value.dtype !== 'int64' && value.dtype !== 'int32') || value.data.length > LARGEST_FOLDED)
    return null;
  return value.data.every((v) => typeof v === 'number') ? (value as PartialValue & { readonly data: readonly number[] }) : null;
}

/** Inputs without absent ones at the end. */
function trimmed(inputs: readonly string[]): string[] {
  let end = inputs.length;
  while (end > 0 && inputs[end - 1] === '') end--;
  return inputs.slice(0, end);
}

function convert(attributes: RewriteAttributes): Record<string, Attribute> {
  const converted: Record<string, Attribute> = {};
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) converted[key] = attributeOf(value);
  return converted;
}

/** The constant that a node makes, if it is one; through Identity. */
export function constantBehind(
  makers: ReadonlyMap<string, Node>,
  initializers: ReadonlyMap<string, Tensor>,
  name: string,
): Tensor | null {
  for (let at = name, steps = 0; steps < 100; steps++) {
    const tensor = initializers.get(at);
    if (tensor) return tensor;
    const node = makers.get(at);
    if (node === undefined) return null;
    if (node.op !== 'Identity' || node.domain !== '') return constantOfNode(node);
    at = node.inputs[0] ?? '';
  }
  return null;
}
