import { createRandom } from '@incognita/runtime';

/** Sizes of the small decoder of the tests: a Llama with shared heads of keys and values, rotations and a gated MLP. */
export const TINY = {
  layers: 2,
  width: 32,
  heads: 4,
  kvHeads: 2,
  head: 16,
  hidden: 48,
  vocabulary: 41,
  longest: 24,
  epsilon: 1e-5,
} as const;

/** A matrix [rows, columns] in row-major order. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** Weights of one block; products are x · W. */
export interface TinyBlock {
  readonly attentionNorm: Float32Array;
  readonly q: Matrix;
  readonly k: Matrix;
  readonly v: Matrix;
  readonly o: Matrix;
  readonly mlpNorm: Float32Array;
  readonly gate: Matrix;
  readonly up: Matrix;
  readonly down: Matrix;
}

/** Weights of the whole decoder. */
export interface TinyWeights {
  readonly embedding: Matrix;
  readonly blocks: readonly TinyBlock[];
  readonly norm: Float32Array;
  readonly unembedding: Matrix;
  /** [position, head / 2] */
  readonly cos: Matrix;
  readonly sin: Matrix;
}

/** Random weights by a seed; `map` may round each product's matrix, as quantisation does. */
export function tinyWeights(seed: number, map: (matrix: Matrix) => Matrix = (matrix) => matrix): TinyWeights {
  const random = createRandom(seed);
  const { layers, width, heads, kvHeads, head, hidden, vocabulary, longest } = TINY;
  const matrix = (rows: number, columns: number, scale = 1.5 / Math.sqrt(rows)): Matrix => ({
    rows,
    columns,
    data: Float32Array.from({ length: rows * columns }, () => random.gaussian() * scale),
  });
  const gain = (): Float32Array => Float32Array.from({ length: width }, () => 1 + 0.2 * random.gaussian());
  const product = (rows: number, columns: number): Matrix => map(matrix(rows, columns));
  const angles = (f: (angle: number) => number): Matrix => ({
    rows: longest,
    columns: head / 2,
    data: Float32Array.from({ length: (longest * head) / 2 }, (_, i) =>
      f(Math.floor(i / (head / 2)) / 100 ** ((i % (head / 2)) / (head / 2))),
    ),
  });
  return {
    embedding: matrix(vocabulary, width, 1),
    blocks: Array.from({ length: layers }, () => ({
      attentionNorm: gain(),
      q: product(width, heads * head),
      k: product(width, kvHeads * head),
      v: product(width, kvHeads * head),
      o: product(heads * head, width),
      mlpNorm: gain(),
      gate: product(width, hidden),
      up: product(width, hidden),
      down: product(hidden, width),
    })),
    norm: gain(),
    unembedding: product(width, vocabulary),
    cos: angles(Math.cos),
    sin: angles(Math.sin),
  };
}
