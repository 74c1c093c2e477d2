import { infer } from '../shapes/infer.js';
import type { Dim, Model } from '../types.js';
import type { Candidate, Structure } from './candidates.js';
import { findCandidates, structureOf } from './candidates.js';
import { Modules } from './modules.js';
import { hasWord } from './scope.js';

/** A layer in the user's words. */
export interface Layer {
  /** Short name, unique in the model: `fire8`, `mixed_5`, `layer3.1`, `conv2`. */
  readonly name: string;
  /** The tensor to tap: what the layer puts out after its activation. */
  readonly tensor: string;
  /** Operator that makes the layer what it is: Conv, Concat, Add, Gemm, … */
  readonly op: string;
  /** Size of the channel axis (axis 1 of pictures, the last one otherwise); null where it is not known. */
  readonly channels: number | null;
  readonly shape: readonly Dim[];
  /** Index of that operator among the graph's nodes. */
  readonly nodeIndex: number;
  readonly kind: 'block' | 'conv' | 'dense' | 'pool';
  /** Whether its activations are a map over the picture worth an atlas: blocks, or convolutions where there are no blocks. */
  readonly recommended: boolean;
  /** Other names that mean this layer: outer modules that end here (`layer3`), the exporter's full path, `conv7` by order. */
  readonly aliases: readonly string[];
}

/**
 * The layers of a network in graph order, found by structure (convolutions, joins of branches, residual sums, dense layers
 * and pools, each after its activation) and named by the modules that the exporter wrote down, or by order.
 *
 * @example
 * discoverLayers(model).map((l) => l.name); // ['conv1', …, 'fire2', …, 'fire9', 'conv10']
 */
export function discoverLayers(model: Model): Layer[] {
  const structure = structureOf(model.graph, infer(model).types);
  const candidates = findCandidates(structure);
  const modules = new Modules(structure, candidates);
  const named = modules.place(candidates).map((c) => ({ c, ...modules.names(c) }));
  const blocks = named.filter(({ c }) => c.kind === 'block' && isMap(c, structure));
  const wanted: Candidate['kind'] = blocks.length > 1 ? 'block' : 'conv';
  const counts = new Map<string, number>();
  const byOrder = named.map(({ c }) => {
    const order = (counts.get(c.kind) ?? 0) + 1;
    counts.set(c.kind, order);
    return `${c.kind}${order}`;
  });
  // Blocks have the first claim to a module's name and pools the last: Inception's mixed_3 holds a pool and is a block.
  const taken = new Set<string>();
  const unique: string[] = [];
  for (const kind of ['block', 'conv', 'dense', 'pool'] as const)
    named.forEach(({ c, name }, i) => {
      if (c.kind !== kind) return;
      const worded = name !== null && hasWord(name) && !(kind === 'pool' && taken.has(name));
      unique[i] = distinct(worded ? name : byOrder[i]!, taken);
    });
  return named.map(({ c, aliases }, i): Layer => {
    const extra = [...new Set([...aliases, byOrder[i]!])].filter((alias) => !taken.has(alias));
    for (const alias of extra) taken.add(alias);
    const channels = c.shape.length === 4 && !channelsLast(c, structure) ? c.shape[1] : c.shape.at(-1);
    return {
      name: unique[i]!,
      tensor: c.tensor,
      op: c.node.op,
      channels: typeof channels === 'number' ? channels : null,
      shape: c.shape,
      nodeIndex: c.nodeIndex,
      kind: c.kind,
      recommended: c.kind === wanted && isMap(c, structure),
      aliases: extra,
    };
  });
}

/** Whether a tensor is [n, channels, height, width] with more than one position. */
function isMap(c: Candidate, structure: Structure): boolean {
  return c.shape.length === 4 && c.shape[2] !== 1 && c.shape[3] !== 1 && !channelsLast(c, structure);
}

/** Networks that normalise or multiply along the last axis keep their channels there. */
function channelsLast(c: Candidate, structure: Structure): boolean {
  const around = [...(structure.readers.get(c.tensor) ?? []), structure.makers.get(c.tensor)];
  const maker = structure.makers.get(c.tensor)!;
  for (const input of maker.inputs) around.push(...(structure.readers.get(input) ?? []));
  return (
    c.shape.length === 4 &&
    around.some((node) => node?.op === 'LayerNormalization' || (node?.op === 'MatMul' && c.kind !== 'conv'))
  );
}

function distinct(name: string, taken: Set<string>): string {
  let result = name;
  for (let i = 2; taken.has(result); i++) result = `${name}_${i}`;
  taken.add(result);
  return result;
}
