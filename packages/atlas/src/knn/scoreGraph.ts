import { GraphBuilder, type Model } from '@incognita/onnx';

/**
 * Scores every query against every key and keeps the best: `values` and `indices` [queries, k] of queries·keysᵀ + bias.
 *
 * With unit vectors and no bias the score is the cosine; with bias −|key|²/2 its order is that of Euclidean distance. Equal scores
 * come in order of index, as the specification of TopK demands.
 */
export function scoreGraph(channels: number): Model {
  const b = new GraphBuilder({ name: 'nearest' });
  const queries = b.input('queries', 'float32', ['q', channels]);
  const keys = b.input('keys', 'float32', ['n', channels]);
  const bias = b.input('bias', 'float32', [1, 'n']);
  const k = b.input('k', 'int64', [1]);
  const scores = b.op('Gemm', [queries, keys, bias], { transB: 1 });
  const [values, indices] = b.ops('TopK', [scores, k], 2, { axis: -1, largest: 1, sorted: 1 });
  b.output(values!, 'float32', ['q', 'k'], 'values');
  b.output(indices!, 'int64', ['q', 'k'], 'indices');
  return b.model();
}

/** `product` = rowsᵀ·rows, [channels, channels]. */
export function gramGraph(channels: number): Model {
  const b = new GraphBuilder({ name: 'gram' });
  const rows = b.input('rows', 'float32', ['n', channels]);
  b.output(b.op('Gemm', [rows, rows], { transA: 1 }), 'float32', [channels, channels], 'product');
  return b.model();
}
