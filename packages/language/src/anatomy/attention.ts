import type { Node } from '@incognita/onnx';
import { firstWithHeads, type Placed } from './axes.js';
import type { Flow } from './flow.js';
import { nearestUnits } from './linear.js';

/** What is found of one attention: each part, or the reason for which it is not there. */
export interface AttentionParts {
  readonly attn_in: Placed | string;
  readonly q: Placed | string;
  readonly k: Placed | string;
  readonly v: Placed | string;
  readonly attn_scores: Placed | string;
  readonly attn_probs: Placed | string;
  readonly z: Placed | string;
}

/** Fused operators that are left where they cannot be written in plain ones. */
const FUSED = /Attention$/;
const AFTER_SOFTMAX = new Set(['Cast', 'Identity', 'Dropout', 'Where', 'Slice', 'Reshape', 'Mul']);
const BEFORE_SOFTMAX = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Cast',
  'Where',
  'Tanh',
  'Reshape',
  'Concat',
  'Identity',
  'Clip',
  'Max',
]);

/** Whether a branch attends: it holds a softmax whose result is multiplied with values, or a fused operator. */
export function attends(flow: Flow, branch: readonly Node[]): boolean {
  return branch.some((node) => isFused(node) || weightsOf(flow, node) !== null);
}

/** The parts of a branch that attends. */
export function attentionParts(flow: Flow, branch: readonly Node[]): AttentionParts {
  const within = new Set(branch);
  const fused = branch.find(isFused);
  if (fused !== undefined) return ofFused(flow, fused, within);
  const found = branch.flatMap((node) => weightsOf(flow, node) ?? []);
  if (found.length !== 1) return nothing(`this block has ${found.length} attentions side by side`);
  const { softmax, probs, product } = found[0]!;
  const scores = softmax.inputs[0]!;
  const keys = queryKeyProduct(flow, scores);
  const v = firstWithHeads(flow, product.inputs[1]!, ['batch', 'head', 'position', 'dim']);
  const unseen = 'the product of queries and keys is not written as a matrix product';
  const q = keys === null ? null : firstWithHeads(flow, keys.inputs[0]!, ['batch', 'head', 'position', 'dim']);
  const k = keys === null ? null : firstWithHeads(flow, keys.inputs[1]!, ['batch', 'head', 'dim', 'position']);
  return {
    attn_in: attentionInput(flow, [q, k, v], within),
    q: q ?? (keys === null ? unseen : 'queries have no axis of heads'),
    k: k ?? (keys === null ? unseen : 'keys have no axis of heads'),
    v: v ?? 'values have no axis of heads',
    attn_scores: pattern(flow, scores),
    attn_probs: pattern(flow, probs),
    z: { tensor: product.outputs[0]!, axes: ['batch', 'head', 'position', 'dim'] },
  };
}

function isFused(node: Node): boolean {
  return FUSED.test(node.op);
}

/** A softmax whose result goes, as weights, into a product with values. */
function weightsOf(flow: Flow, node: Node): { softmax: Node; probs: string; product: Node } | null {
  if (node.op !== 'Softmax' || node.domain !== '') return null;
  let probs = node.outputs[0]!;
  for (let steps = 0; steps < 8; steps++) {
    const next = flow.readers(probs);
    const product = next.find(
      (reader) => reader.op === 'MatMul' && reader.inputs[0] === probs && !flow.isConstant(reader.inputs[1]!),
    );
    if (product !== undefined) return { softmax: node, probs: flow.rank(probs) === 4 ? plainest(flow, probs) : probs, product };
    const on = next.find((reader) => AFTER_SOFTMAX.has(reader.op) && reader.domain === '');
    if (on === undefined) return null;
    probs = on.outputs[0]!;
  }
  return null;
}

/** Before the heads of a group were laid together. */
function plainest(flow: Flow, probs: string): string {
  const node = flow.maker(probs);
  return node?.op === 'Reshape' && flow.rank(node.inputs[0]!) === 4 ? node.inputs[0]! : probs;
}

/** Back from the scores over scale, cap and mask to q·kᵀ. */
function queryKeyProduct(flow: Flow, scores: string): Node | null {
  const pending = [scores];
  const seen = new Set<string>();
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const node = flow.maker(name);
    if (seen.has(name) || node === undefined) continue;
    seen.add(name);
    if (node.op === 'MatMul' && node.inputs.every((input) => flow.isData(input) && !flow.isConstant(input))) return node;
    if (node.domain === '' && BEFORE_SOFTMAX.has(node.op)) pending.push(...node.inputs.filter((input) => input !== ''));
  }
  return null;
}

function pattern(flow: Flow, tensor: string): Placed | string {
  const rank = flow.rank(tensor);
  return rank === 4 || rank === null
    ? { tensor, axes: ['batch', 'head', 'query', 'key'] }
    : `attention weights have ${rank} axes, not batch, head, query and key`;
}

/** What the projections of queries, keys and values read: one tensor for all three. */
function attentionInput(flow: Flow, parts: readonly (Placed | null)[], within: ReadonlySet<Node>): Placed | string {
  const read = new Set(
    parts.flatMap((part) =>
      part === null ? [] : nearestUnits(flow, part.tensor, within).map((unit) => flow.asSequence(unit.input)),
    ),
  );
  const [tensor] = read;
  if (tensor === undefined) return 'no projection of queries, keys and values was found';
  return read.size === 1
    ? { tensor, axes: ['batch', 'position', 'dim'] }
    : `queries, keys and values are projections of ${read.size} different tensors`;
}

function ofFused(flow: Flow, node: Node, within: ReadonlySet<Node>): AttentionParts {
  const hidden = `it is inside the fused operator ${node.domain === '' ? '' : `${node.domain}.`}${node.op}`;
  const units = node.inputs.slice(0, 3).flatMap((name) => (name === '' ? [] : nearestUnits(flow, name, within)));
  const read = new Set(units.map((unit) => flow.asSequence(unit.input)));
  const [tensor] = read;
  return {
    ...nothing(hidden),
    attn_in: read.size === 1 ? { tensor: tensor!, axes: ['batch', 'position', 'dim'] } : hidden,
  };
}

function nothing(reason: string): AttentionParts {
  return { attn_in: reason, q: reason, k: reason, v: reason, attn_scores: reason, attn_probs: reason, z: reason };
}
