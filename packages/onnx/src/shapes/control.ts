import type { Dim, Graph, Node, TensorType } from '../types.js';
import type { ShapeRule } from './context.js';
import { front, numbers, unranked } from './context.js';

/** Types of a body's outputs, from those of its inputs. */
type BodyTypes = (inputs: ReadonlyMap<string, TensorType>) => readonly (TensorType | null)[];

/**
 * Types of what the body of a Scan or Loop is given, by name. A dimension of a carried value that an iteration may change is
 * unknown. Null where body and node do not fit.
 */
export function bodyInputTypes(
  node: Node,
  body: Graph,
  typeOf: (name: string) => TensorType | null,
  results: BodyTypes,
): Map<string, TensorType> | null {
  const layout = layoutOf(node, body);
  if (layout === null) return null;
  const { carried, first, slices } = layout;
  const types = new Map<string, TensorType>();
  if (first === 2) {
    types.set(body.inputs[0]!.name, { dtype: 'int64', shape: body.inputs[0]!.type?.shape ?? [] });
    types.set(body.inputs[1]!.name, { dtype: 'bool', shape: body.inputs[1]!.type?.shape ?? [] });
  }
  const given = (i: number): TensorType | null => typeOf(node.inputs[first + i] ?? '') ?? body.inputs[first + i]!.type;
  for (const [i, axis] of slices.entries()) {
    const type = given(carried + i);
    if (type === null) continue;
    const at = type.shape === null ? 0 : front(axis, type.shape.length);
    types.set(body.inputs[first + carried + i]!.name, {
      dtype: type.dtype,
      shape: type.shape?.filter((_, d) => d !== at) ?? null,
    });
  }
  const states = body.inputs.slice(first, first + carried).map((input) => input.name);
  for (const [i, name] of states.entries()) {
    const type = given(i);
    if (type !== null) types.set(name, type);
  }
  for (let settled = false; !settled; ) {
    settled = true;
    const made = results(types);
    for (const [i, name] of states.entries()) {
      const type = types.get(name);
      if (type === undefined || type.shape === null) continue;
      const shape = joined(type.shape, made[(first === 2 ? 1 : 0) + i]?.shape ?? null);
      if (shape?.every((d, at) => d === type.shape![at])) continue;
      types.set(name, { dtype: type.dtype, shape });
      settled = false;
    }
  }
  return types;
}

/** How many values are carried, which input of the body is the first of them, and the axes of what is sliced. */
function layoutOf(node: Node, body: Graph): { carried: number; first: number; slices: readonly number[] } | null {
  const { num_scan_inputs: count, scan_input_axes: axes } = node.attributes;
  const loop = node.op === 'Loop';
  const sliced = loop ? 0 : count?.type === 'int' ? count.value : 0;
  const carried = node.inputs.length - sliced - (loop ? 2 : 0);
  const first = loop ? 2 : 0;
  if (sliced < 0 || carried < 0 || body.inputs.length !== first + carried + sliced) return null;
  if (body.outputs.length < carried + (loop ? 1 : 0)) return null;
  const slices = Array.from({ length: sliced }, (_, i) => (axes?.type === 'ints' ? (axes.value[i] ?? 0) : 0));
  return { carried, first, slices };
}

/** What two shapes agree on. */
function joined(a: readonly Dim[], b: readonly Dim[] | null): readonly Dim[] | null {
  if (b === null || a.length !== b.length) return null;
  return a.map((dim, i) => (dim === b[i] ? dim : null));
}

/** Scan and Loop: carried values as their iterations agree, and one slice an iteration of the others. */
export const recurrent: ShapeRule = (c) => {
  const { body } = c.node.attributes;
  if (body?.type !== 'graph') return [];
  const layout = layoutOf(c.node, body.value);
  const typeOf = (name: string): TensorType | null => (name === '' ? null : c.type(c.node.inputs.indexOf(name)));
  const types = bodyInputTypes(c.node, body.value, typeOf, (inputs) => c.subgraph(body.value, inputs));
  if (layout === null || types === null) return [];
  const { carried, first, slices } = layout;
  const states = body.value.inputs.slice(first, first + carried).map((input) => types.get(input.name) ?? null);
  const made = c.subgraph(body.value, types).slice(carried + (first === 2 ? 1 : 0));
  const whole = c.shape(first + carried);
  const length = whole === null || slices.length === 0 ? null : (whole[front(slices[0]!, whole.length)] ?? null);
  const axes = c.ints('scan_output_axes');
  return [...states, ...made.map((type, i) => stacked(type, length, axes?.[i] ?? 0))];
};

function stacked(type: TensorType | null, length: Dim, axis: number): TensorType | null {
  if (type === null || type.shape === null) return type;
  return { dtype: type.dtype, shape: type.shape.toSpliced(front(axis, type.shape.length + 1), 0, length) };
}

/** If: the branch that is taken where the condition is known; otherwise what both branches agree on. */
export const conditional: ShapeRule = (c) => {
  const { then_branch: thenBranch, else_branch: elseBranch } = c.node.attributes;
  if (thenBranch?.type !== 'graph' || elseBranch?.type !== 'graph') return [];
  const condition = numbers(c.value(0))?.[0];
  if (condition !== undefined) return c.subgraph(condition !== 0 ? thenBranch.value : elseBranch.value);
  const [yes, no] = [c.subgraph(thenBranch.value), c.subgraph(elseBranch.value)];
  return yes.map((type, i) => {
    const other = no[i] ?? null;
    if (type === null || other === null || type.dtype !== other.dtype) return null;
    if (type.shape === null || other.shape === null || type.shape.length !== other.shape.length) return unranked(type.dtype);
    return { dtype: type.dtype, shape: type.shape.map((d, j) => (d === other.shape![j] ? d : null)) };
  });
};
