import { UnknownTensorError } from '../errors.js';
import { nearestNames } from '../nearest.js';
import { infer, type ShapeOverrides } from '../shapes/infer.js';
import { constantTensor } from '../tensor/constants.js';
import type { Model, Node } from '../types.js';
import { reads, valueNames } from '../walk.js';
import { dropUnused } from './dropUnused.js';
import { identity, inlineBody } from './inlineBody.js';

/** Options of {@link flattenIf}. */
export interface FlattenIfOptions {
  /** Sizes to assume for inputs: conditions on them are then decided. */
  readonly shapes?: ShapeOverrides;
  /** Truths to assume, by input or by tensor: `{ use_cache_branch: false }`. An input that is chosen becomes a constant. */
  readonly choose?: Readonly<Record<string, boolean>>;
}

/**
 * Replaces every If whose condition is known by the branch that is taken: because it follows from the shapes (exporters write
 * such nodes for `squeeze` and the like), from constants, or from a choice. An If that depends on data stays. With a
 * choice, inputs that only the other branches read go.
 *
 * @throws UnknownTensorError for a choice of a tensor that does not exist.
 * @example
 * flattenIf(mergedDecoder, { choose: { use_cache_branch: false } });
 */
export function flattenIf(model: Model, { shapes = {}, choose = {} }: FlattenIfOptions = {}): Model {
  let current = withChoices(model, choose);
  while (current.graph.nodes.some(isIf)) {
    const { values } = infer(current, shapes);
    const next = flattenOnce(current, (name) => {
      const value = values.get(name)?.data[0];
      return typeof value === 'number' ? value !== 0 : (choose[name] ?? null);
    });
    if (next === null) break;
    current = next;
  }
  return Object.keys(choose).length === 0 ? current : withoutUnread(model, current);
}

function isIf(node: Node): boolean {
  return node.op === 'If' && node.domain === '';
}

/** Chosen inputs become constants. */
function withChoices(model: Model, choose: Readonly<Record<string, boolean>>): Model {
  const { graph } = model;
  const names = Object.keys(choose);
  if (names.length === 0) return model;
  const known = valueNames(graph);
  for (const name of names) if (!known.has(name)) throw new UnknownTensorError(name, nearestNames(name, [...known]));
  const initializers = new Map(graph.initializers);
  const inputs = graph.inputs.filter(({ name, type }) => {
    if (choose[name] === undefined) return true;
    const dims = (type?.shape ?? []).map((dim) => (typeof dim === 'number' ? dim : 1));
    const size = dims.reduce((a, b) => a * b, 1);
    initializers.set(name, constantTensor(type?.dtype ?? 'bool', new Array<number>(size).fill(choose[name] ? 1 : 0), dims));
    return false;
  });
  return { ...model, graph: { ...graph, inputs, initializers } };
}

/** Without the nodes and inputs that nobody reads any more, but for inputs that nobody read before. */
function withoutUnread(before: Model, after: Model): Model {
  const model = dropUnused(after);
  const readBy = ({ graph }: Model): Set<string> => new Set([...graph.nodes.flatMap(reads), ...graph.outputs.map((v) => v.name)]);
  const [then, now] = [readBy(before), readBy(model)];
  const inputs = model.graph.inputs.filter(({ name }) => now.has(name) || !then.has(name));
  return { ...model, graph: { ...model.graph, inputs } };
}

function flattenOnce(model: Model, truth: (name: string) => boolean | null): Model | null {
  const taken = valueNames(model.graph);
  const initializers = new Map(model.graph.initializers);
  let changed = false;
  const nodes = model.graph.nodes.flatMap((node): readonly Node[] => {
    const condition = isIf(node) ? truth(node.inputs[0]!) : null;
    const branch = condition === null ? undefined : node.attributes[condition ? 'then_branch' : 'else_branch'];
    if (branch?.type !== 'graph') return [node];
    changed = true;
    const inlined = inlineBody(branch.value, node.outputs[0] || node.name, new Map(), taken);
    for (const [name, tensor] of inlined.initializers) initializers.set(name, tensor);
    const results = node.outputs.flatMap((output, i) => (output === '' ? [] : [identity(inlined.outputs[i]!, output)]));
    return [...inlined.nodes, ...results];
  });
  return changed ? { ...model, graph: { ...model.graph, nodes, initializers } } : null;
}
