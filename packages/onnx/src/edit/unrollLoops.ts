import { GraphBuilder } from '../build/builder.js';
import * as ops from '../build/ops.js';
import { type Recurrence, recurrenceOf } from '../recurrence.js';
import { type Inference, infer, inferBody, type ShapeOverrides } from '../shapes/infer.js';
import { constantTensor } from '../tensor/constants.js';
import type { Graph, Model, Node, Tensor } from '../types.js';
import { valueNames } from '../walk.js';
import { identity, inlineBody } from './inlineBody.js';

/** Options of {@link unrollLoops}. */
export interface UnrollOptions {
  /** Sizes to assume for inputs: the lengths of Scans then follow. */
  readonly shapes?: ShapeOverrides;
  /** Most nodes that a loop may become, for each body where that depends on it; longer ones stay. Default 1,000. */
  readonly most?: number | ((body: Graph) => number);
}

/**
 * Writes every Loop and Scan whose number of iterations is known (a constant trip count and no condition on data; the size of
 * what is scanned) as its iterations one after the other, those within too.
 *
 * @example
 * unrollLoops(model, { shapes: { frames: [8, 1, 40] } });
 */
export function unrollLoops(model: Model, { shapes = {}, most = 1000 }: UnrollOptions = {}): Model {
  let current = model;
  while (current.graph.nodes.some((node) => recurrenceOf(node) !== null)) {
    const next = unrollOnce(current, infer(current, shapes), typeof most === 'number' ? () => most : most);
    if (next === null) break;
    current = next;
  }
  return current;
}

function unrollOnce(model: Model, known: Inference, most: (body: Graph) => number): Model | null {
  const taken = valueNames(model.graph);
  for (const node of model.graph.nodes) taken.add(node.name);
  const initializers = new Map(model.graph.initializers);
  let changed = false;
  const nodes = model.graph.nodes.flatMap((node): readonly Node[] => {
    const recurrence = recurrenceOf(node);
    const count = recurrence && iterations(model, recurrence, known);
    if (!recurrence || !count || count * Math.max(1, recurrence.body.nodes.length) > most(recurrence.body)) return [node];
    changed = true;
    return unrolled(model, recurrence, count, taken, initializers);
  });
  return changed ? { ...model, graph: { ...model.graph, nodes, initializers } } : null;
}

/** How often a body runs; null where that is not known. */
function iterations(model: Model, recurrence: Recurrence, { types, values }: Inference): number | null {
  const { body, slices, loop } = recurrence;
  if (loop === null) {
    const { whole, axis } = slices[0]!;
    const length = types.get(whole)?.shape?.at(axis);
    return typeof length === 'number' ? length : null;
  }
  const limit = values.get(loop.limit)?.data[0];
  if (typeof limit !== 'number') return null;
  if (loop.condition !== '' && values.get(loop.condition)?.data[0] !== 1) return null;
  // With what each iteration is told as a constant, the truth that it passes on is known unless it depends on data.
  const told = new Map(body.initializers).set(loop.goesOn, constantTensor('bool', [1], []));
  const inputs = body.inputs.filter(({ name }) => name !== loop.goesOn);
  const inner = inferBody(model, { ...body, inputs, initializers: told }, { types, values });
  return inner.values.get(loop.willGoOn)?.data[0] === 1 ? limit : null;
}

function unrolled(
  model: Model,
  { node, body, states, slices, scans, loop }: Recurrence,
  count: number,
  taken: Set<string>,
  initializers: Map<string, Tensor>,
): Node[] {
  const prefix = node.name || node.outputs.find((output) => output !== '') || node.op;
  const b = new GraphBuilder({ opset: model.opsets.get('') ?? 18, prefix: `${prefix}/` });
  b.reserve(taken);
  const ones = new Array<number>(count).fill(1);
  const parts = slices.map(({ whole, axis, backwards }) => {
    const cut = count === 1 ? [whole] : ops.split(b, whole, ones, axis);
    const flat = cut.map((part) => ops.squeeze(b, part, [axis]));
    return backwards ? flat.reverse() : flat;
  });
  const given = new Map(states.map(({ inner, initial }) => [inner, initial]));
  const made: string[][] = [];
  for (let i = 0; i < count; i++) {
    for (const [k, { inner }] of slices.entries()) given.set(inner, parts[k]![i]!);
    if (loop) {
      given.set(loop.goesOn, b.initializer(constantTensor('bool', [1], scalarDims(body, loop.goesOn))));
      given.set(loop.iteration, b.initializer(constantTensor('int64', [i], scalarDims(body, loop.iteration))));
    }
    const iteration = inlineBody(body, `${prefix}/${i}`, given, taken);
    b.reserve(taken);
    b.append(iteration.nodes, iteration.initializers);
    const outputs = iteration.outputs.slice(loop ? 1 : 0);
    for (const [k, { inner }] of states.entries()) given.set(inner, outputs[k]!);
    made.push(outputs.slice(states.length));
  }
  const ends = states.map(({ inner, output }) => [given.get(inner)!, output] as const);
  const stacks = scans.map(({ output, axis, backwards }, k) => {
    if (output === '') return ['', ''] as const;
    const rows = made.map((outputs) => ops.unsqueeze(b, outputs[k]!, [axis]));
    const ordered = backwards ? rows.reverse() : rows;
    return [count === 1 ? ordered[0]! : ops.concat(b, ordered, axis), output] as const;
  });
  const written = b.graph();
  for (const name of valueNames(written)) taken.add(name);
  for (const [name, tensor] of written.initializers) initializers.set(name, tensor);
  return [...written.nodes, ...[...ends, ...stacks].flatMap(([from, to]) => (to === '' ? [] : [identity(from, to)]))];
}

/** The shape in which a body wants a number that counts as a scalar: [] or [1]. */
function scalarDims(body: Recurrence['body'], name: string): number[] {
  return body.inputs.find((input) => input.name === name)?.type?.shape?.length === 1 ? [1] : [];
}
