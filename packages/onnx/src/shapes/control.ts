import { type Recurrence, recurrenceOf } from '../recurrence.js';
import type { Dim, TensorType } from '../types.js';
import type { ShapeRule } from './context.js';
import { front, numbers, unranked } from './context.js';

/** Types of a body's outputs, from those of its inputs. */
type BodyTypes = (inputs: ReadonlyMap<string, TensorType>) => readonly (TensorType | null)[];

/**
 * Types of what the body of a Scan or Loop is given, by name. A dimension of a carried value that an iteration may change is
 * unknown.
 */
export function bodyInputTypes(
  { body, states, slices, loop }: Recurrence,
  typeOf: (name: string) => TensorType | null,
  results: BodyTypes,
): Map<string, TensorType> {
  const stated = new Map(body.inputs.map(({ name, type }) => [name, type]));
  const types = new Map<string, TensorType>();
  if (loop !== null) {
    types.set(loop.iteration, { dtype: 'int64', shape: stated.get(loop.iteration)?.shape ?? [] });
    types.set(loop.goesOn, { dtype: 'bool', shape: stated.get(loop.goesOn)?.shape ?? [] });
  }
  for (const { whole, inner, axis } of slices) {
    const type = typeOf(whole);
    const at = type?.shape ? front(axis, type.shape.length) : 0;
    const given = type ? { dtype: type.dtype, shape: type.shape?.filter((_, d) => d !== at) ?? null } : stated.get(inner);
    if (given) types.set(inner, given);
  }
  for (const { initial, inner } of states) {
    const type = typeOf(initial) ?? stated.get(inner);
    if (type) types.set(inner, type);
  }
  const places = states.map(({ result }) => body.outputs.findIndex(({ name }) => name === result));
  for (let settled = false; !settled; ) {
    settled = true;
    const made = results(types);
    for (const [i, { inner }] of states.entries()) {
      const type = types.get(inner);
      if (type === undefined || type.shape === null) continue;
      const shape = joined(type.shape, made[places[i]!]?.shape ?? null);
      if (shape?.every((d, at) => d === type.shape![at])) continue;
      types.set(inner, { dtype: type.dtype, shape });
      settled = false;
    }
  }
  return types;
}

/** What two shapes agree on. */
function joined(a: readonly Dim[], b: readonly Dim[] | null): readonly Dim[] | null {
  if (b === null || a.length !== b.length) return null;
  return a.map((dim, i) => (dim === b[i] ? dim : null));
}

/** Scan and Loop: carried values as their iterations agree, and one slice an iteration of the others. */
export const recurrent: ShapeRule = (c) => {
  const recurrence = recurrenceOf(c.node);
  if (recurrence === null) return [];
  const { body, states, slices, scans } = recurrence;
  const typeOf = (name: string): TensorType | null => (name === '' ? null : c.type(c.node.inputs.indexOf(name)));
  const types = bodyInputTypes(recurrence, typeOf, (inputs) => c.subgraph(body, inputs));
  const made = c.subgraph(body, types).slice(body.outputs.length - scans.length);
  return [
    ...states.map(({ inner }) => types.get(inner) ?? null),
    ...scans.map(({ axis }, i) => stacked(made[i]!, length(), axis)),
  ];

  function length(): Dim {
    const first = slices[0];
    const whole = first ? typeOf(first.whole)?.shape : null;
    return first && whole ? (whole[front(first.axis, whole.length)] ?? null) : null;
  }
};

function stacked(type: TensorType | null, length: Dim, axis: number): TensorType | null {
  if (type === null || type.shape === null) return type;
  return { dtype: type.dtype, shape: type.shape.toSpliced(front(axis, type.shape.length + 1), 0, length) };
}

/** RNN, GRU, LSTM: all outputs [steps, directions, batch, hidden], the last ones [directions, batch, hidden]. */
export const recurrentLayer: ShapeRule = (c) => {
  const [x, r] = [c.type(0), c.shape(2)];
  if (x === null) return [];
  const batchFirst = c.int('layout', 0) === 1;
  const [first, second] = [x.shape?.[0] ?? null, x.shape?.[1] ?? null];
  const [steps, batch] = batchFirst ? [second, first] : [first, second];
  const directions = c.string('direction', 'forward') === 'bidirectional' ? 2 : 1;
  const hidden = r?.[2] ?? (c.int('hidden_size', 0) || null);
  const all = batchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden];
  const last = { dtype: x.dtype, shape: batchFirst ? [batch, directions, hidden] : [directions, batch, hidden] };
  return [{ dtype: x.dtype, shape: all }, last, last];
};

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
