import type { Node } from '@incognita/onnx';
import { floatOf, intOf } from '../emit/attributes.js';
import type { Emitter } from '../emit/emitter.js';
import { reduceTo, squeeze, unsqueeze } from '../emit/shapes.js';
import { MissingRuleError } from '../errors.js';
import type { Rule } from '../types.js';
import { sumOf } from './elementwise.js';

/** y = α A′ B′ + β C, where ′ transposes on demand. */
export const Gemm: Rule = {
  vjp: ({ e, node, g, needs }) => {
    const [a, b, c] = node.inputs as [string, string, string | undefined];
    const transA = intOf(node, 'transA', 0) === 1;
    const transB = intOf(node, 'transB', 0) === 1;
    const alpha = floatOf(node, 'alpha', 1);
    const product = (left: string, right: string, leftT: boolean, rightT: boolean): string =>
      e.op('Gemm', [left, right], {
        transA: leftT ? 1 : 0,
        transB: rightT ? 1 : 0,
        alpha: { type: 'float', value: alpha },
      });
    const beta = floatOf(node, 'beta', 1);
    return [
      needs(0) ? (transA ? product(b, g, transB, true) : product(g, b, false, !transB)) : null,
      needs(1) ? (transB ? product(g, a, true, transA) : product(a, g, !transA, false)) : null,
      c && needs(2) ? reduceTo(e, scaled(e, g, beta, c), node.outputs[0]!, c) : null,
    ];
  },
  jvp: ({ e, node, tangents: [ta, tb, tc] }) => {
    const [a, b] = node.inputs as [string, string];
    const { transA, transB, alpha } = node.attributes;
    const attributes = { transA, transB, alpha };
    const terms = [ta ? e.op('Gemm', [ta, b], attributes) : null, tb ? e.op('Gemm', [a, tb], attributes) : null];
    if (!tc) return [sumOf(e, terms)];
    const bias = scaled(e, tc, floatOf(node, 'beta', 1), node.outputs[0]!);
    const total = sumOf(e, terms);
    return [total ? e.op('Add', [total, bias]) : e.op('Expand', [bias, e.op('Shape', [node.outputs[0]!])])];
  },
};

function scaled(e: Emitter, value: string, factor: number, like: string): string {
  return factor === 1 ? value : e.op('Mul', [value, e.scalar(factor, like)]);
}

/** NumPy's matmul: stacks of matrices are broadcast, vectors are rows on the left and columns on the right. */
export const MatMul: Rule = {
  vjp: ({ e, node, g, needs }) => {
    const [a, b] = node.inputs as [string, string];
    const [rankA, rankB] = [rankOf(e, node, a), rankOf(e, node, b)];
    if (rankA === 1 && rankB === 1) return [needs(0) ? e.op('Mul', [g, b]) : null, needs(1) ? e.op('Mul', [g, a]) : null];
    if (rankA >= 2 && rankB === 1) {
      const column = unsqueeze(e, g, [-1]);
      const left = needs(0) ? e.op('Mul', [column, b]) : null;
      const products = needs(1) ? e.op('Mul', [column, a]) : null;
      return [left, products && sumLeading(e, products, rankA - 1)];
    }
    if (rankA === 1) {
      const row = unsqueeze(e, g, [-2]);
      const left = needs(0) ? e.op('MatMul', [b, unsqueeze(e, g, [-1])]) : null;
      const right = needs(1) ? e.op('Mul', [row, unsqueeze(e, a, [1])]) : null;
      return [left && sumLeading(e, squeeze(e, left, [-1]), rankB - 2), right];
    }
    if (rankB === 2 && rankA > 2) {
      const left = needs(0) ? e.op('MatMul', [g, transposed(e, b, 2)]) : null;
      if (!needs(1)) return [left, null];
      const flat = (v: string, like: string): string =>
        e.op('Reshape', [v, e.op('Concat', [e.ints([-1]), lastDim(e, like)], { axis: 0 })]);
      return [left, e.op('Gemm', [flat(a, a), flat(g, node.outputs[0]!)], { transA: 1 })];
    }
    return [
      needs(0) ? reduceStack(e, e.op('MatMul', [g, transposed(e, b, rankB)]), node, a, rankA, rankB) : null,
      needs(1) ? reduceStack(e, e.op('MatMul', [transposed(e, a, rankA), g]), node, b, rankB, rankA) : null,
    ];
  },
  jvp: ({ e, node, tangents: [ta, tb] }) => {
    const [a, b] = node.inputs as [string, string];
    return [sumOf(e, [ta ? e.op('MatMul', [ta, b]) : null, tb ? e.op('MatMul', [a, tb]) : null])];
  },
};

function rankOf(e: Emitter, node: Node, name: string): number {
  const rank = e.rank(name);
  if (rank === undefined) throw new MissingRuleError(node, `the rank of "${name}" is not known.`);
  return rank;
}

function lastDim(e: Emitter, name: string): string {
  const dim = e.shape(name)?.at(-1);
  if (typeof dim === 'number') return e.ints([dim]);
  return e.op('Slice', [e.op('Shape', [name]), e.ints([-1]), e.ints([Number.MAX_SAFE_INTEGER]), e.ints([0])]);
}

function transposed(e: Emitter, value: string, rank: number): string {
  const perm = Array.from({ length: rank }, (_, i) => i);
  return e.op('Transpose', [value], { perm: [...perm.slice(0, -2), rank - 1, rank - 2] });
}

function sumLeading(e: Emitter, value: string, count: number): string {
  if (count === 0) return value;
  const axes = Array.from({ length: count }, (_, i) => i);
  return e.op('ReduceSum', [value, e.ints(axes)], { keepdims: 0 });
}

/** Sums over the axes of the stack along which `to` was broadcast. */
function reduceStack(e: Emitter, value: string, node: Node, to: string, rank: number, other: number): string {
  const lead = Math.max(rank, other) - rank;
  const target = e.shape(to);
  const out = e.shape(node.outputs[0]!);
  const plain = lead === 0 && target && out && target.slice(0, -2).every((d, i) => d !== null && d === out[i]);
  if (plain || (rank === 2 && other === 2)) return value;
  e.declare(value, { dtype: e.dtype(to), shape: out && target ? [...out.slice(0, -2), ...target.slice(-2)] : null });
  return reduceTo(e, value, value, to);
}
