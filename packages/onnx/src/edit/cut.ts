import { UnknownTensorError } from '../errors.js';
import { nearestNames } from '../nearest.js';
import { inferShapes } from '../shapes/infer.js';
import type { Model, Node, ValueInfo } from '../types.js';
import { makers, reads } from '../walk.js';

/** Options of {@link cut}. */
export interface CutOptions {
  /** Tensors that become inputs; default: the graph's own inputs. Inputs of the graph that are still needed stay inputs. */
  readonly inputs?: readonly string[];
  /** Tensors that become the outputs, in this order. */
  readonly outputs: readonly string[];
}

/**
 * The part of a graph between tensors: nodes that the outputs do not need and initializers that nothing reads go.
 * Inputs come in the order of `inputs`, then the graph's own that are still needed. An input that is asked for stays one
 * even when nothing reads it.
 *
 * @throws UnknownTensorError with the nearest names.
 * @example
 * cut(model, { outputs: ['/fire8/Concat_output_0'] }); // the network up to fire8
 */
export function cut(model: Model, { inputs, outputs }: CutOptions): Model {
  const { graph } = model;
  const made = makers(graph);
  const own = new Map(graph.inputs.map((v) => [v.name, v]));
  for (const name of [...(inputs ?? []), ...outputs])
    if (!made.has(name) && !own.has(name) && !graph.initializers.has(name))
      throw new UnknownTensorError(name, nearestNames(name, [...made.keys(), ...own.keys()]));
  const stops = new Set(inputs);
  const needed = new Set<string>();
  const keep = new Set<Node>();
  const pending = [...outputs];
  while (pending.length > 0) {
    const name = pending.pop()!;
    if (needed.has(name)) continue;
    needed.add(name);
    if (stops.has(name)) continue;
    const node = made.get(name);
    if (node === undefined || keep.has(node)) continue;
    keep.add(node);
    pending.push(...reads(node));
  }
  // A node is kept for one output although another of its outputs is a new input: that output must not be made twice.
  const nodes = graph.nodes.filter((node) => keep.has(node)).map((node) => hideOutputs(node, stops));
  const types = lazy(() => inferShapes(model));
  const info = (name: string): ValueInfo => {
    const stated = own.get(name) ?? graph.valueInfo.get(name) ?? graph.outputs.find((v) => v.name === name);
    if (stated?.type?.shape != null) return stated;
    const type = types().get(name) ?? null;
    return { name, type: type ?? stated?.type ?? null };
  };
  const initializers = new Map([...graph.initializers].filter(([name]) => needed.has(name) && !stops.has(name)));
  const newInputs = inputs === undefined ? [] : inputs.map(info);
  const ownInputs = graph.inputs.filter((v) => needed.has(v.name) && !stops.has(v.name));
  const live = new Set([...needed, ...nodes.flatMap((n) => n.outputs)]);
  return {
    ...model,
    graph: {
      ...graph,
      nodes,
      inputs: [...newInputs, ...ownInputs],
      outputs: outputs.map(info),
      initializers,
      valueInfo: new Map([...graph.valueInfo].filter(([name]) => live.has(name))),
    },
  };
}

function hideOutputs(node: Node, stops: ReadonlySet<string>): Node {
  if (!node.outputs.some((name) => stops.has(name))) return node;
  return { ...node, outputs: node.outputs.map((name) => (stops.has(name) ? `${name}:original` : name)) };
}

function lazy<T>(compute: () => T): () => T {
  let value: { result: T } | undefined;
  return () => {
    value ??= { result: compute() };
    return value.result;
  };
}
