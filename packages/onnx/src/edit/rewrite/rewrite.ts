import { demandPlausibleAxes } from '../../plausible.js';
import { enterSubgraph, type InferenceState, inferNode, type ShapeOverrides, startInference } from '../../shapes/infer.js';
import type { Attribute, Graph, Model, Node, Tensor } from '../../types.js';
import { outerReferences, subgraphs, valueNames } from '../../walk.js';
import { CannotDecomposeError, type Rewrite } from './context.js';
import { constantBehind, openContext, type Scope, unique } from './writer.js';

/** Options of {@link rewriteNodes}. */
export interface RewriteOptions {
  /** Sizes to assume for inputs. */
  readonly shapes?: ShapeOverrides;
  /** Operator sets of the result; default: those of the model. */
  readonly opsets?: ReadonlyMap<string, number>;
}

const DEEPEST = 16;

/**
 * Replaces nodes by what `rewriteOf` says, in subgraphs too, until nothing is left to replace. The outputs of a node keep
 * their names; invented names are unique; everything else is shared with the given model, which itself is returned
 * where nothing is to be replaced.
 */
export function rewriteNodes(model: Model, rewriteOf: (node: Node) => Rewrite | undefined, options: RewriteOptions = {}): Model {
  const opsets = options.opsets ?? model.opsets;
  if (!concerns(model.graph, rewriteOf)) return opsets === model.opsets ? model : { ...model, opsets };
  const state = startInference({ ...model, opsets }, options.shapes);
  const taken = valueNames(model.graph);
  for (const node of model.graph.nodes) addNodeNames(node, taken);
  const graph = rewriteGraph(model.graph, state, {
    rewriteOf,
    taken,
    opset: opsets.get('') ?? 18,
    since: model.opsets,
    outer: () => null,
  });
  return graph === model.graph && opsets === model.opsets ? model : { ...model, opsets, graph };
}

function concerns(graph: Graph, rewriteOf: (node: Node) => Rewrite | undefined): boolean {
  return graph.nodes.some((node) => rewriteOf(node) !== undefined || subgraphs(node).some((inner) => concerns(inner, rewriteOf)));
}

function addNodeNames(node: Node, taken: Set<string>): void {
  if (node.name !== '') taken.add(node.name);
  for (const graph of subgraphs(node)) for (const inner of graph.nodes) addNodeNames(inner, taken);
}

interface Shared {
  readonly rewriteOf: (node: Node) => Rewrite | undefined;
  readonly taken: Set<string>;
  readonly opset: number;
  readonly since: ReadonlyMap<string, number>;
  /** Constants of the graphs around. */
  readonly outer: (name: string) => Tensor | null;
}

function rewriteGraph(graph: Graph, state: InferenceState, shared: Shared): Graph {
  const initializers = new Map(graph.initializers);
  const made = new Map<string, Node>();
  const used = new Set(graph.outputs.map((value) => value.name));
  for (const node of graph.nodes) for (const name of [...node.inputs, ...outerReferences(node)]) used.add(name);
  const tensor = (name: string): Tensor | null => constantBehind(made, initializers, name) ?? shared.outer(name);
  const scope: Scope = {
    state,
    taken: shared.taken,
    initializers,
    constants: new Map(),
    tensor,
    used: (name) => name !== '' && used.has(name),
    opset: shared.opset,
    since: shared.since,
  };
  const nodes: Node[] = [];
  let changed = false;
  const place = (given: Node, depth: number): void => {
    const rewrite = shared.rewriteOf(given);
    const expanded = rewrite === undefined ? undefined : expand(given, rewrite, scope);
    if (expanded !== undefined) {
      if (depth >= DEEPEST) throw new Error(`The rewriting of ${given.op} (node "${given.name}") does not come to an end.`);
      changed = true;
      for (const node of expanded) {
        for (const name of node.inputs) used.add(name);
        place(node, depth + 1);
      }
      return;
    }
    const node = withSubgraphs(given, (inner) => rewriteGraph(inner, enterSubgraph(inner, state), { ...shared, outer: tensor }));
    if (node !== given) changed = true;
    nodes.push(node);
    for (const name of node.outputs) if (name !== '') made.set(name, node);
    inferNode(node, state);
  };
  for (const node of graph.nodes) place(node, 0);
  return changed ? { ...graph, nodes, initializers } : graph;
}

/** The nodes that stand for one node, which make its own outputs; undefined where the rewrite leaves it. */
function expand(node: Node, rewrite: Rewrite, scope: Scope): Node[] | undefined {
  const { context, written } = openContext(node, scope);
  const results = refuseMalformed(node, () => rewrite(context));
  if (results === undefined) return undefined;
  const fresh = new Set(written.flatMap((inner) => inner.outputs));
  const rename = new Map<string, string>();
  const identities: Node[] = [];
  for (const [i, output] of node.outputs.entries()) {
    if (output === '') continue;
    const result = results[i] ?? '';
    if (result === '') {
      if (context.used(i))
        throw new Error(`The rewriting of ${node.op} (node "${node.name}") leaves out output ${i} ("${output}"), which is read.`);
    } else if (fresh.has(result) && !rename.has(result)) rename.set(result, output);
    else {
      const name = unique(scope.taken, `${output}/identity`);
      identities.push({ op: 'Identity', domain: '', name, inputs: [result], outputs: [output], attributes: {} });
    }
  }
  const renamed = (name: string): string => rename.get(name) ?? name;
  return [...written, ...identities].map((inner) => ({
    ...inner,
    inputs: inner.inputs.map(renamed),
    outputs: inner.outputs.map(renamed),
  }));
}

function withSubgraphs(node: Node, change: (graph: Graph) => Graph): Node {
  let attributes: Record<string, Attribute> | undefined;
  for (const [name, attribute] of Object.entries(node.attributes)) {
    if (attribute.type !== 'graph') continue;
    const value = change(attribute.value);
    if (value === attribute.value) continue;
    attributes ??= { ...node.attributes };
    attributes[name] = { type: 'graph', value };
  }
  return attributes === undefined ? node : { ...node, attributes };
}

/** A rewrite reads a node as its operator's specification says; one that lacks an input, say, is refused by name. */
function refuseMalformed<T>(node: Node, apply: () => T): T {
  try {
    demandPlausibleAxes(node);
    return apply();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    const reason = `its inputs and attributes are not as the operator's specification says (${error.message}).`;
    throw new CannotDecomposeError(node, reason, 'Check the file with onnx.checker.', { cause: error });
  }
}
