import { float, type Graph, GraphBuilder, type Model } from '@incognita/onnx';
import { packNibbles, type Quantised, quantise } from './quantise.js';
import { type Matrix, TINY, type TinyWeights } from './tinyWeights.js';

/** How the small decoder is written. */
export interface TinyDialect {
  /** `plain` with a cache, as optimum writes it; `merged`: both branches of an If; `genai`: fused operators of ONNX Runtime. */
  readonly dialect: 'plain' | 'merged' | 'genai';
  /** Of the products' weights: 4-bit blocks (MatMulNBits), int8 with dynamic quantisation (MatMulInteger). */
  readonly weights?: 'float32' | 'q4' | 'int8';
  /** In genai: rotations in their own nodes instead of in the attention. */
  readonly rotaryNodes?: boolean;
  /** Nothing is kept of earlier positions: no cache in or out. */
  readonly cache?: boolean;
}

const { heads, kvHeads, head, vocabulary, layers } = TINY;
const MS = 'com.microsoft';

/** The small decoder as a graph. */
export function tinyDecoder(weights: TinyWeights, how: TinyDialect): Model {
  if (how.dialect === 'merged') return merged(weights, how);
  const b = new GraphBuilder({ opset: 18 });
  declareInputs(b, how);
  body(b, weights, how, true);
  return b.model();
}

function declareInputs(b: GraphBuilder, how: TinyDialect): void {
  b.input('input_ids', 'int64', ['batch', 's']);
  b.input('attention_mask', 'int64', ['batch', 'total']);
  if (how.dialect !== 'genai') b.input('position_ids', 'int64', ['batch', 's']);
  if (how.cache === false) return;
  for (let layer = 0; layer < layers; layer++)
    for (const what of ['key', 'value']) b.input(`past_key_values.${layer}.${what}`, 'float32', ['batch', kvHeads, 'past', head]);
}

/** One decoder whose two branches, with and without a cache, are those of an If: `use_cache_branch` chooses. */
function merged(weights: TinyWeights, how: TinyDialect): Model {
  const b = new GraphBuilder({ opset: 18 });
  declareInputs(b, how);
  b.input('use_cache_branch', 'bool', [1]);
  const branch = (past: boolean): Graph => {
    const inner = new GraphBuilder({ opset: 18, prefix: past ? 'then/' : 'else/' });
    body(inner, weights, how, past);
    return inner.graph();
  };
  const [yes, no] = [branch(true), branch(false)];
  const names = yes.outputs.map((v) => v.name.replace('then/', ''));
  b.ops(
    'If',
    ['use_cache_branch'],
    names.length,
    { then_branch: { type: 'graph', value: yes }, else_branch: { type: 'graph', value: no } },
    '',
    names,
  );
  for (const [i, name] of names.entries()) b.output(name, 'float32', yes.outputs[i]!.type!.shape);
  return b.model();
}

function body(b: GraphBuilder, weights: TinyWeights, how: TinyDialect, past: boolean): void {
  const fused = how.dialect === 'genai';
  const prefix = how.dialect === 'merged' ? (past ? 'then/' : 'else/') : '';
  let stream = b.op('Gather', [matrix(b, weights.embedding), 'input_ids']);
  const positions = fused ? '' : 'position_ids';
  const lengths = fused ? fusedLengths(b) : null;
  const mask = fused ? '' : causalMask(b, past && how.cache !== false);
  let normed = normalize(b, stream, weights.blocks[0]!.attentionNorm, fused);
  for (const [layer, block] of weights.blocks.entries()) {
    const linear = (x: string, w: Matrix): string => product(b, x, w, how.weights ?? 'float32');
    const [q, k, v] = [linear(normed, block.q), linear(normed, block.k), linear(normed, block.v)];
    const cached = (what: string): string => (past && how.cache !== false ? `past_key_values.${layer}.${what}` : '');
    const present = (what: string): string => `${prefix}present.${layer}.${what}`;
    const attention = fused
      ? fusedAttention(b, { q, k, v, lengths: lengths!, layer, weights, rotaryNodes: how.rotaryNodes === true })
      : plainAttention(b, { q, k, v, mask, positions, weights, pastKey: cached('key'), pastValue: cached('value') });
    if (how.cache !== false)
      for (const [i, what] of ['key', 'value'].entries())
        b.output(attention.present[i]!, 'float32', ['batch', kvHeads, 'total', head], present(what));
    const out = linear(attention.z, block.o);
    [stream, normed] = add(b, stream, out, block.mlpNorm, fused);
    const gate = linear(normed, block.gate);
    const act = b.op('Mul', [b.op('Mul', [gate, b.op('Sigmoid', [gate])]), linear(normed, block.up)]);
    const next = weights.blocks[layer + 1]?.attentionNorm ?? weights.norm;
    [stream, normed] = add(b, stream, linear(act, block.down), next, fused);
  }
  const logits = product(b, normed, weights.unembedding, how.weights === 'q4' ? 'q4' : 'float32');
  b.output(logits, 'float32', ['batch', 's', vocabulary], `${prefix}logits`);
}

function matrix(b: GraphBuilder, { data, rows, columns }: Matrix): string {
  return b.f32(data, [rows, columns]);
}

/** x · W in one of the forms. */
function product(b: GraphBuilder, x: string, w: Matrix, form: 'float32' | 'q4' | 'int8'): string {
  if (form === 'float32') return b.op('MatMul', [x, matrix(b, w)]);
  const q: Quantised = quantise(w, form);
  if (form === 'q4')
    return b.op(
      'MatMulNBits',
      [x, b.initializer(bytes([w.columns, q.blocks, q.block / 2], packNibbles(q))), b.f32(q.scales)],
      { K: w.rows, N: w.columns, bits: 4, block_size: q.block },
      { domain: MS },
    );
  const [ints, scale, zero] = b.ops('DynamicQuantizeLinear', [x], 3);
  const raw = b.op('MatMulInteger', [ints!, b.initializer({ ...bytes([w.rows, w.columns], q.rowMajor), dtype: 'int8' }), zero!]);
  return b.op('Mul', [b.op('Cast', [raw], { to: 1 }), b.op('Mul', [scale!, b.f32(q.scales)])]);
}

function bytes(dims: readonly number[], data: Uint8Array) {
  return { dtype: 'uint8' as const, dims, data: { kind: 'inline' as const, bytes: data } };
}

function normalize(b: GraphBuilder, x: string, gain: Float32Array, fused: boolean): string {
  if (fused)
    return b.op('SimplifiedLayerNormalization', [x, b.f32(gain)], { axis: -1, epsilon: float(TINY.epsilon), stash_type: 1 });
  const mean = b.op('ReduceMean', [b.op('Pow', [x, b.f32(2)]), b.i64([-1])], { keepdims: 1 });
  const inverse = b.op('Reciprocal', [b.op('Sqrt', [b.op('Add', [mean, b.f32(TINY.epsilon)])])]);
  return b.op('Mul', [b.op('Mul', [x, inverse]), b.f32(gain)]);
}

/** The stream with a branch added, and its normalization. */
function add(b: GraphBuilder, stream: string, branch: string, gain: Float32Array, fused: boolean): [string, string] {
  if (!fused) {
    const sum = b.op('Add', [stream, branch]);
    return [sum, normalize(b, sum, gain, false)];
  }
  const sum = b.unique('sum');
  const normed = b.unique('normed');
  b.ops('SkipSimplifiedLayerNormalization', [stream, branch, b.f32(gain)], 4, { epsilon: float(TINY.epsilon) }, MS, [
    normed,
    '',
    '',
    sum,
  ]);
  return [sum, normed];
}

/** 0 for keys at or before a query's position, the lowest number else: [1, 1, s, total]. */
function causalMask(b: GraphBuilder, past: boolean): string {
  const total = b.op('Shape', [past ? 'attention_mask' : 'input_ids'], { start: 1, end: 2 });
  const fresh = b.op('Shape', ['input_ids'], { start: 1, end: 2 });
  const range = (n: string): string => b.op('Range', [b.i64(0), b.op('Squeeze', [n, b.i64([0])]), b.i64(1)]);
  const queries = b.op('Add', [range(fresh), b.op('Sub', [total, fresh])]);
  const seen = b.op('LessOrEqual', [b.op('Unsqueeze', [range(total), b.i64([0])]), b.op('Unsqueeze', [queries, b.i64([1])])]);
  return b.op('Unsqueeze', [b.op('Where', [seen, b.f32(0), b.f32(-3.4028234663852886e38)]), b.i64([0, 1])]);
}

interface Attention {
  readonly z: string;
  readonly present: readonly [string, string];
}

function plainAttention(
  b: GraphBuilder,
  p: {
    q: string;
    k: string;
    v: string;
    mask: string;
    positions: string;
    weights: TinyWeights;
    pastKey: string;
    pastValue: string;
  },
): Attention {
  const split = (x: string, n: number): string =>
    b.op('Transpose', [b.op('Reshape', [x, b.i64([0, 0, n, head])])], { perm: [0, 2, 1, 3] });
  const angles = (table: Matrix): string => {
    const rows = b.op('Gather', [matrix(b, table), p.positions]);
    return b.op('Unsqueeze', [b.op('Concat', [rows, rows], { axis: -1 }), b.i64([1])]);
  };
  const [cos, sin] = [angles(p.weights.cos), angles(p.weights.sin)];
  const turn = (x: string): string => {
    const [first, second] = b.ops('Split', [x], 2, { axis: -1, num_outputs: 2 });
    const swapped = b.op('Concat', [b.op('Neg', [second!]), first!], { axis: -1 });
    return b.op('Add', [b.op('Mul', [x, cos]), b.op('Mul', [swapped, sin])]);
  };
  const join = (pastName: string, x: string): string => (pastName === '' ? x : b.op('Concat', [pastName, x], { axis: 2 }));
  const key = join(p.pastKey, turn(split(p.k, kvHeads)));
  const value = join(p.pastValue, split(p.v, kvHeads));
  const repeat = (x: string): string => {
    const shape = b.op('Concat', [b.i64([1, kvHeads, heads / kvHeads]), b.op('Shape', [x], { start: 2, end: 4 })], { axis: 0 });
    const wide = b.op('Expand', [b.op('Unsqueeze', [x, b.i64([2])]), shape]);
    return b.op('Reshape', [wide, b.i64([0, heads, -1, head])]);
  };
  const scores = b.op('MatMul', [turn(split(p.q, heads)), b.op('Transpose', [repeat(key)], { perm: [0, 1, 3, 2] })]);
  const masked = b.op('Add', [b.op('Mul', [scores, b.f32(1 / Math.sqrt(head))]), p.mask]);
  const z = b.op('MatMul', [b.op('Softmax', [masked], { axis: -1 }), repeat(value)]);
  return {
    z: b.op('Reshape', [b.op('Transpose', [z], { perm: [0, 2, 1, 3] }), b.i64([0, 0, heads * head])]),
    present: [key, value],
  };
}

/** What the fused attention wants to know of lengths: int32. */
function fusedLengths(b: GraphBuilder): { readonly before: string; readonly total: string } {
  const sum = b.op('ReduceSum', ['attention_mask', b.i64([1])], { keepdims: 0 });
  const before = b.op('Cast', [b.op('Sub', [sum, b.i64([1])])], { to: 6 });
  const total = b.op('Cast', [b.op('Gather', [b.op('Shape', ['attention_mask']), b.i64(1)], { axis: 0 })], { to: 6 });
  return { before, total };
}

function fusedAttention(
  b: GraphBuilder,
  p: {
    q: string;
    k: string;
    v: string;
    lengths: { before: string; total: string };
    layer: number;
    weights: TinyWeights;
    rotaryNodes: boolean;
  },
): Attention {
  const [cos, sin] = [matrix(b, p.weights.cos), matrix(b, p.weights.sin)];
  let [q, k] = [p.q, p.k];
  if (p.rotaryNodes) {
    const fresh = b.op('Shape', ['input_ids'], { start: 1, end: 2 });
    const total = b.op('Shape', ['attention_mask'], { start: 1, end: 2 });
    const scalar = (x: string): string => b.op('Squeeze', [x, b.i64([0])]);
    const positions = b.op('Unsqueeze', [
      b.op('Range', [scalar(b.op('Sub', [total, fresh])), scalar(total), b.i64(1)]),
      b.i64([0]),
    ]);
    const rotate = (x: string, n: number): string =>
      b.op(
        'RotaryEmbedding',
        [x, positions, cos, sin],
        { interleaved: 0, num_heads: n, rotary_embedding_dim: 0 },
        { domain: MS },
      );
    [q, k] = [rotate(p.q, heads), rotate(p.k, kvHeads)];
  }
  const past = (what: string): string => `past_key_values.${p.layer}.${what}`;
  const inputs = [q, k, p.v, past('key'), past('value'), p.lengths.before, p.lengths.total];
  const [z, key, value] = b.ops(
    'GroupQueryAttention',
    p.rotaryNodes ? inputs : [...inputs, cos, sin],
    3,
    { num_heads: heads, kv_num_heads: kvHeads, do_rotary: p.rotaryNodes ? 0 : 1, scale: 1 / Math.sqrt(head) },
    MS,
  );
  return { z: z!, present: [key!, value!] };
}
