import { describe, it } from 'vitest';
import { checkPattern, float, type Sketch } from '../testing/pattern.js';

/** softmax(q kᵀ + mask) v of [n, heads, places, width]. */
function attention({ op }: Sketch, q: string, k: string, v: string, change: (scores: string) => string): string {
  const scores = op('MatMul', [q, op('Transpose', [k], { perm: [0, 1, 3, 2] })]);
  return op('MatMul', [op('Softmax', [change(scores)], { axis: -1 }), v]);
}

/** Whether a place may look at another, from positions that the graph counts: later ones not, nor ones further back than `span`. */
function causal({ x, op, ints, number }: Sketch, span?: number): string {
  const scalar = (value: number): string => op('Squeeze', [ints(value)]);
  const length = op('Gather', [op('Shape', [x]), scalar(2)], { axis: 0 });
  const places = op('Range', [scalar(0), length, scalar(1)]);
  const [row, column] = [op('Unsqueeze', [places, ints(1)]), op('Unsqueeze', [places, ints(0)])];
  const seen = op('LessOrEqual', [column, row]);
  const near = span === undefined ? seen : op('And', [seen, op('Greater', [column, op('Sub', [row, scalar(span)])])]);
  return op('Where', [near, number(0), number(-3.4028235e38)]);
}

describe('patterns of language models', () => {
  it('rotary embedding: halves turned, by tables computed from positions', () =>
    checkPattern([2, 3, 5, 4], (s) => {
      const { x, op, ints, weights } = s;
      const [first, second] = [op('Slice', [x, ints(0), ints(2), ints(3)]), op('Slice', [x, ints(2), ints(2 ** 40), ints(3)])];
      const turned = op('Concat', [op('Neg', [second]), first], { axis: -1 });
      const angles = op('MatMul', [weights(5, 1), weights(1, 4)]);
      const rotated = op('Add', [op('Mul', [x, op('Cos', [angles])]), op('Mul', [turned, op('Sin', [angles])])]);
      return attention(s, rotated, rotated, x, (scores) => scores);
    }));

  it('RMS normalisation in parts, with the cast to float32 and back that exporters keep', () =>
    checkPattern([2, 5, 4], ({ x, op, ints, number, weights }) => {
      const wide = op('Cast', [x], { to: 1 });
      const mean = op('ReduceMean', [op('Pow', [wide, number(2)]), ints(-1)], { keepdims: 1 });
      const inverse = op('Reciprocal', [op('Sqrt', [op('Add', [mean, number(1e-6)])])]);
      return op('Mul', [op('Add', [weights(4), number(1)]), op('Cast', [op('Mul', [wide, inverse])], { to: 1 })]);
    }));

  it('RMS normalisation by Rsqrt as Pow of −½', () =>
    checkPattern([2, 5, 4], ({ x, op, ints, number, weights }) => {
      const mean = op('ReduceMean', [op('Mul', [x, x]), ints(-1)], { keepdims: 1 });
      return op('Mul', [op('Mul', [x, op('Pow', [op('Add', [mean, number(1e-6)]), number(-0.5)])]), weights(4)]);
    }));

  it('a causal mask and a sliding window, from positions within the graph', async () => {
    await checkPattern([1, 2, 6, 3], (s) => attention(s, s.x, s.x, s.x, (scores) => s.op('Add', [scores, causal(s)])));
    await checkPattern([1, 2, 6, 3], (s) => attention(s, s.x, s.x, s.x, (scores) => s.op('Add', [scores, causal(s, 3)])));
  });

  it('a causal mask as Where over minus infinity and as Trilu', () =>
    checkPattern([1, 2, 6, 3], (s) =>
      attention(s, s.x, s.x, s.x, (scores) => {
        const ones = s.op('Expand', [s.number(1), s.op('Shape', [scores])]);
        const seen = s.op('Cast', [s.op('Trilu', [ones], { upper: 0 })], { to: 9 });
        return s.op('Where', [seen, scores, s.number(Number.NEGATIVE_INFINITY)]);
      }),
    ));

  it('ALiBi: slopes times distances beside the scores', () =>
    checkPattern([1, 2, 5, 3], (s) =>
      attention(s, s.x, s.x, s.x, (scores) => {
        const slopes = s.op('Reshape', [s.weights(2), s.ints(1, 2, 1, 1)]);
        const distance = s.op('Reshape', [s.weights(5), s.ints(1, 1, 1, 5)]);
        return s.op('Add', [s.op('Add', [scores, s.op('Mul', [slopes, distance])]), causal(s)]);
      }),
    ));

  it('groups of queries share keys that Unsqueeze, Expand and Reshape repeat', () =>
    checkPattern([2, 2, 4, 3], (s) => {
      const { x, op, ints, sizes, view, weights } = s;
      const repeated = (value: string): string =>
        view(op('Expand', [op('Unsqueeze', [value, ints(2)]), sizes('0', '1', 2, '2', '3')]), '0', 4, '2', '3');
      const queries = op('Concat', [op('MatMul', [x, weights(3, 3)]), x], { axis: 1 });
      return attention(s, queries, repeated(x), repeated(op('Tanh', [x])), (scores) => scores);
    }));

  it('capped scores: tanh of a thirtieth, thirty times', () =>
    checkPattern([1, 2, 4, 3], (s) =>
      attention(s, s.x, s.x, s.x, (scores) => s.op('Mul', [s.op('Tanh', [s.op('Div', [scores, s.number(30)])]), s.number(30)])),
    ));

  it('gated layers: SiLU of one product times another, halves of one product by Split', async () => {
    await checkPattern([2, 3, 4], ({ x, op, weights }) => {
      const gate = op('MatMul', [x, weights(4, 6)]);
      const silu = op('Mul', [gate, op('Sigmoid', [gate])]);
      return op('MatMul', [op('Mul', [silu, op('MatMul', [x, weights(4, 6)])]), weights(6, 4)]);
    });
    await checkPattern([2, 3, 4], ({ x, op, ops, weights, ints }) => {
      const [gate, up] = ops('Split', [op('MatMul', [x, weights(4, 12)]), ints(6, 6)], 2, { axis: -1 });
      return op('Mul', [op('Mul', [gate!, op('Sigmoid', [gate!])]), up!]);
    });
  });

  it('queries, keys and values of one product, apart by Split and heads by Reshape and Transpose', () =>
    checkPattern([2, 3, 4], (s) => {
      const { x, op, ops, view, weights, ints } = s;
      const all = op('Gemm', [view(x, -1, 4), weights(4, 12), weights(12)], { alpha: float(1) });
      const parts = ops('Split', [view(all, '0', '1', 12), ints(4, 4, 4)], 3, { axis: 2 });
      const [q, k, v] = parts.map((part) => op('Transpose', [view(part, '0', '1', 2, 2)], { perm: [0, 2, 1, 3] }));
      return view(op('Transpose', [attention(s, q!, k!, v!, (scores) => scores)], { perm: [0, 2, 1, 3] }), '0', '1', 4);
    }));

  it('tied embeddings: logits by the transposed table of embeddings', () =>
    checkPattern([5, 4], ({ x, op, ints }) => {
      const rows = op('Gather', [x, ints(3, 0, 3)]);
      return op('MatMul', [op('Tanh', [rows]), op('Transpose', [x], { perm: [1, 0] })]);
    }));

  it('a bias of relative positions by buckets, shared by all heads', () =>
    checkPattern([1, 2, 4, 3], (s) =>
      attention(s, s.x, s.x, s.x, (scores) => {
        const buckets = s.op('Reshape', [s.ints(0, 1, 2, 3, 1, 0, 1, 2, 2, 1, 0, 1, 3, 2, 1, 0), s.ints(4, 4)]);
        const bias = s.op('Transpose', [s.op('Gather', [s.weights(4, 2), buckets])], { perm: [2, 0, 1] });
        return s.op('Add', [scores, s.op('Unsqueeze', [bias, s.ints(0)])]);
      }),
    ));
});
