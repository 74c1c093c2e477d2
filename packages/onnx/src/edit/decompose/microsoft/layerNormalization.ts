import { float } from '../../../build/builder.js';
import type { Rewrite, RewriteContext } from '../../rewrite/context.js';
import { sum } from './activate.js';
import { rootMeanSquare } from './rms.js';

/** LayerNormalization of x + skip + bias; gives out mean, inverse deviation and the sum, too. */
export const SkipLayerNormalization: Rewrite = (c) => {
  const total = sum(c, c.input(0), c.input(1), c.input(4));
  return [...layerNormalization(c, total, c.input(2), c.input(3)), total];
};

/** RMS normalization of x + skip + bias. */
export const SkipSimplifiedLayerNormalization: Rewrite = (c) => {
  const total = sum(c, c.input(0), c.input(1), c.input(3));
  const { y, inverse } = rootMeanSquare(c, total, [-1], c.float('epsilon', 1e-12));
  return [c.op('Mul', [y, c.input(2)]), null, inverse, total];
};

/** The form of RMS normalization that ONNX Runtime registers in the default domain, before operator set 23 had one. */
export const SimplifiedLayerNormalization: Rewrite = (c) => {
  const x = c.input(0);
  const axis = c.int('axis', -1);
  const axes = axis === -1 ? [-1] : trailing(axis, c.rank(x));
  const { y, inverse } = rootMeanSquare(c, x, axes, c.float('epsilon', 1e-5));
  return [c.op('Mul', [y, c.input(1)]), inverse];
};

function trailing(axis: number, rank: number): number[] {
  const first = axis < 0 ? axis + rank : axis;
  return Array.from({ length: rank - first }, (_, i) => first + i);
}

/** Embeddings of words, positions and segments, added and normalized. Source: ONNX Runtime, bert/embed_layer_norm.cc. */
export const EmbedLayerNormalization: Rewrite = (c) => {
  const ids = c.input(0);
  const words = c.op('Gather', [c.input(2), ids]);
  const sequence = c.op('Shape', [ids], { start: 1, end: 2 });
  const positions =
    c.input(8) === ''
      ? c.op('Slice', [c.input(3), c.vector([0]), sequence, c.vector([0])])
      : c.op('Gather', [c.input(3), c.input(8)]);
  const segments = c.input(1) === '' ? '' : c.op('Gather', [c.input(4), c.input(1)]);
  const total = sum(c, words, positions, segments);
  const [y] = layerNormalization(c, total, c.input(5), c.input(6));
  return [y!, c.used(1) ? maskIndex(c, ids) : null, total];
};

/** How many words each row of the mask keeps. */
function maskIndex(c: RewriteContext, ids: string): string {
  const mask = c.input(7);
  const kept = mask === '' ? c.op('Mul', [ids, c.constant('int32', [0], [])]) : oneWhereOne(c, mask);
  return c.op('ReduceSum', [kept, c.vector([1])], { keepdims: 0 });
}

function oneWhereOne(c: RewriteContext, mask: string): string {
  return c.op('Cast', [c.op('Equal', [mask, c.scalar(1, mask)])], { to: 6 });
}

/** y, mean and inverse deviation over the last axis; ONNX Runtime computes the deviation from E(x²) − E(x)², to the same numbers. */
function layerNormalization(c: RewriteContext, x: string, gamma: string, beta: string): (string | null)[] {
  const attributes = { axis: -1, epsilon: float(c.float('epsilon', 1e-12)) };
  const statistics = c.used(1) || c.used(2);
  const inputs = beta === '' ? [x, gamma] : [x, gamma, beta];
  if (c.node.op === 'EmbedLayerNormalization' || !statistics) return [c.op('LayerNormalization', inputs, attributes), null, null];
  return [...c.ops('LayerNormalization', inputs, 3, attributes)];
}
