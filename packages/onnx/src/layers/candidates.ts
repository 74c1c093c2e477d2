import type { Dim, Graph, Node, TensorType } from '../types.js';
import { makers, readers } from '../walk.js';

/** A place in the network that a layer may be read at, found by structure alone. */
export interface Candidate {
  /** The convolution, matrix product, join or pool itself. */
  readonly node: Node;
  readonly nodeIndex: number;
  /** What it puts out after normalisation, bias and activation. */
  readonly tensor: string;
  readonly shape: readonly Dim[];
  readonly kind: 'block' | 'conv' | 'dense' | 'pool';
}

const ACTIVATIONS = new Set([
  ...['Relu', 'Clip', 'LeakyRelu', 'PRelu', 'Elu', 'Selu', 'Celu', 'Gelu', 'HardSwish', 'Mish', 'Swish', 'Softplus'],
  ...['Sigmoid', 'Tanh', 'HardSigmoid', 'ThresholdedRelu', 'QuickGelu', 'BiasGelu'],
]);
const POOLS = new Set(['MaxPool', 'AveragePool']);

/** What candidates are found with. */
export interface Structure {
  readonly graph: Graph;
  readonly types: ReadonlyMap<string, TensorType>;
  readonly makers: ReadonlyMap<string, Node>;
  readonly readers: ReadonlyMap<string, readonly Node[]>;
  readonly outputs: ReadonlySet<string>;
  /** Initializers, what Constant nodes make, and casts of either (weights that are stored in another type). */
  isConstant(name: string): boolean;
}

/** Prepares a graph for questions about its structure. */
export function structureOf(graph: Graph, types: ReadonlyMap<string, TensorType>): Structure {
  const made = makers(graph);
  const isConstant = (name: string): boolean => {
    if (graph.initializers.has(name)) return true;
    const node = made.get(name);
    return node?.op === 'Constant' || (node?.op === 'Cast' && isConstant(node.inputs[0]!));
  };
  return {
    graph,
    types,
    makers: made,
    readers: readers(graph),
    outputs: new Set(graph.outputs.map((v) => v.name)),
    isConstant,
  };
}

/** All candidates in graph order, each tensor once: a join before the convolution that it follows. */
export function findCandidates(s: Structure): Candidate[] {
  const found = new Map<string, Candidate>();
  s.graph.nodes.forEach((node, nodeIndex) => {
    const kind = kindOf(node, s);
    if (kind === null) return;
    const tensor = kind === 'pool' ? node.outputs[0]! : afterActivation(node.outputs[0]!, s, kind !== 'block');
    const shape = s.types.get(tensor)?.shape ?? null;
    if (shape === null) return;
    const earlier = found.get(tensor);
    if (earlier === undefined || kind === 'block') found.set(tensor, { node, nodeIndex, tensor, shape, kind });
  });
  return [...found.values()].sort((a, b) => a.nodeIndex - b.nodeIndex);
}

function kindOf(node: Node, s: Structure): Candidate['kind'] | null {
  const shape = s.types.get(node.outputs[0] ?? '')?.shape ?? null;
  const rank = shape?.length ?? 0;
  if (node.op === 'Conv' || node.op === 'ConvTranspose' || node.op === 'FusedConv') return rank === 4 ? 'conv' : null;
  if (POOLS.has(node.op)) return rank === 4 ? 'pool' : null;
  if (node.op === 'Gemm' || node.op === 'MatMul') return s.isConstant(node.inputs[1] ?? '') && rank >= 2 ? 'dense' : null;
  const live = node.inputs.filter((name) => name !== '' && !s.isConstant(name));
  if (node.op === 'Concat' && rank === 4) {
    const axis = node.attributes.axis;
    return live.length > 1 && axis?.type === 'int' && (axis.value === 1 || axis.value === -3) ? 'block' : null;
  }
  if ((node.op === 'Add' || node.op === 'Sum') && rank >= 3 && live.length > 1) {
    const full = live.every((name) => sameSize(s.types.get(name)?.shape ?? null, shape!));
    return full && new Set(live).size > 1 ? 'block' : null;
  }
  return null;
}

function sameSize(a: readonly Dim[] | null, b: readonly Dim[]): boolean {
  return a !== null && a.length === b.length && a.every((d, i) => d === b[i]);
}

/**
 * Follows normalisation and a constant bias or scale (where `affine`; after a join they begin the next block) and one
 * activation, as long as nobody else reads what lies between.
 */
function afterActivation(start: string, s: Structure, affine: boolean): string {
  let tensor = start;
  for (;;) {
    const next = s.readers.get(tensor) ?? [];
    if (s.outputs.has(tensor)) return tensor;
    const gated = gate(tensor, next, s);
    if (gated !== null) return gated;
    if (next.length !== 1) return tensor;
    const [node] = next as [Node];
    const others = node.inputs.filter((name) => name !== tensor && name !== '');
    if (ACTIVATIONS.has(node.op)) return node.outputs[0]!;
    const linear = (node.op === 'Add' || node.op === 'Mul') && others.length === 1;
    const following = affine && (linear || node.op === 'BatchNormalization' || node.op === 'InstanceNormalization');
    if (!following || !others.every((name) => s.isConstant(name))) return tensor;
    tensor = node.outputs[0]!;
  }
}

/** x · σ(x) and its kin (SiLU, h-swish, erf-GELU's last product): the product that x and functions of x alone end in. */
function gate(tensor: string, next: readonly Node[], s: Structure): string | null {
  if (next.length !== 2) return null;
  const product = next.find((n) => n.op === 'Mul');
  const function_ = next.find((n) => n !== product && (n.op === 'Sigmoid' || n.op === 'HardSigmoid' || n.op === 'Tanh'));
  if (product === undefined || function_ === undefined) return null;
  const inner = function_.outputs[0]!;
  const alone = (s.readers.get(inner) ?? []).length === 1;
  return alone && product.inputs.includes(inner) && product.inputs.includes(tensor) ? product.outputs[0]! : null;
}
