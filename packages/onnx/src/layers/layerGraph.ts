import type { Model } from '../types.js';
import { makers, reads } from '../walk.js';
import { discoverLayers, type Layer } from './discover.js';

/** A layer's place in the network. */
export interface LayerPlace {
  readonly layer: Layer;
  /** Names of the layers whose output it reads with no other layer between, in graph order; empty where it reads the input alone. */
  readonly reads: readonly string[];
  /** The innermost block that it is a part of; null outside blocks. */
  readonly block: string | null;
}

/**
 * The network as a graph of layers, for a diagram that folds: which layers each one reads, and which block holds it. A block holds the layers
 * that its exporter named after it (`fire2.squeeze`), and those between the last layer that all ways to it lead through and itself
 * (both convolutions of a residual sum).
 *
 * @example layerGraph(model).find(({ layer }) => layer.name === 'fire2.squeeze')!.block; // 'fire2'
 */
export function layerGraph(model: Model): LayerPlace[] {
  const layers = discoverLayers(model);
  const before = readLayers(model, layers);
  const gates = lastGates(before);
  const ancestors = ancestorsOf(before);
  const blocks = layers.flatMap(({ kind }, i) => (kind === 'block' ? [i] : []));
  const holds = (block: number, inner: number): boolean => {
    if (inner === block) return false;
    if (layers[inner]!.name.startsWith(`${layers[block]!.name}.`)) return true;
    const gate = gates[block]!;
    return ancestors[block]!.has(inner) && gate >= 0 && inner !== gate && !ancestors[gate]!.has(inner);
  };
  return layers.map((layer, i) => {
    // Of two blocks that hold a layer the inner one is held by the other.
    const holding = blocks.filter((block) => holds(block, i));
    const innermost = holding.find((block) => holding.every((other) => other === block || !holds(block, other)));
    return {
      layer,
      reads: before[i]!.flatMap((index) => layers[index]?.name ?? []),
      block: innermost === undefined ? null : layers[innermost]!.name,
    };
  });
}

/** For each layer the indices of the layers that it reads, −1 standing for the input. */
function readLayers({ graph }: Model, layers: readonly Layer[]): number[][] {
  const made = makers(graph);
  const inputs = new Set(graph.inputs.map(({ name }) => name).filter((name) => !graph.initializers.has(name)));
  const indexOf = new Map(layers.map(({ tensor }, i) => [tensor, i]));
  return layers.map(({ tensor }) => {
    const found = new Set<number>();
    const seen = new Set<string>();
    const queue = reads(made.get(tensor)!);
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const index = indexOf.get(name);
      const node = made.get(name);
      if (index !== undefined) found.add(index);
      else if (inputs.has(name)) found.add(-1);
      else if (node !== undefined) queue.push(...reads(node));
    }
    return [...found].sort((a, b) => a - b);
  });
}

/** For each layer the last one before it that every way from the input leads through; −1 where that is the input. */
function lastGates(before: readonly (readonly number[])[]): number[] {
  // Cooper, Harvey, Kennedy: "A simple, fast dominance algorithm" (2001); layers are in the order of the graph, so that one pass is enough.
  const gates: number[] = [];
  const meet = (a: number, b: number): number => {
    let [x, y] = [a, b];
    while (x !== y) {
      if (x > y) x = gates[x]!;
      else y = gates[y]!;
    }
    return x;
  };
  for (const inputs of before) gates.push(inputs.length === 0 ? -1 : inputs.reduce((a, b) => meet(a, b)));
  return gates;
}

function ancestorsOf(before: readonly (readonly number[])[]): ReadonlySet<number>[] {
  const all: Set<number>[] = [];
  for (const inputs of before) {
    const own = new Set<number>();
    for (const input of inputs) {
      own.add(input);
      for (const further of all[input] ?? []) own.add(further);
    }
    all.push(own);
  }
  return all;
}
