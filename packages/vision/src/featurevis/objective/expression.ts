import type { Objective } from './objective.js';

/** A direction in a layer: one channel, or one number a channel. */
export type Target = { readonly channel: number } | { readonly vector: ArrayLike<number> };

/** What one part of an objective looks at. Layers are tensors of the graph. */
export type Term =
  /** How much a layer holds of a direction: see {@link Objective}. */
  | ({ readonly kind: 'unit'; readonly layer: string; readonly target: Target } & Objective)
  /**
   * How much a whole layer resembles a given one, [channels, rows, columns]: mean over positions of h·v · max(0.1, cos)^power.
   * Source: tensorflow/lucid `lucid/optvis/objectives.py` (`tensor_direction`, `_dot_cossim`).
   */
  | { readonly kind: 'tensorDirection'; readonly layer: string; readonly values: ArrayLike<number>; readonly power: number }
  /** Mean of squares of a layer, or of its channels from … to: Mordvintsev et al. 2015; Lucid's `deepdream`. */
  | { readonly kind: 'energy'; readonly layer: string; readonly channels?: readonly [from: number, to: number] }
  /** How alike the pictures of a batch are: cosines of their Gram matrices, Σ over the others / batch. Lucid's `diversity`. */
  | { readonly kind: 'alikeness'; readonly layer: string }
  /** Squared distance of a layer to that of the start picture under the same transform, as a share of the latter's squared length. */
  | { readonly kind: 'drift'; readonly layer: string }
  /** Sum of absolute differences of neighbouring pixels. TensorFlow's `tf.image.total_variation`. */
  | { readonly kind: 'totalVariation' }
  /** Σ |x − constant| of the picture or a layer. */
  | { readonly kind: 'l1'; readonly layer?: string; readonly constant: number }
  /** √(10⁻⁶ + Σ (x − constant)²) of the picture or a layer. */
  | { readonly kind: 'l2'; readonly layer?: string; readonly constant: number }
  /**
   * Variation near the picture's border, and its distance from grey: Σ over a frame of (blur(x) − x)² + 0.8 (x − grey)². Lucid's
   * `penalize_boundary_complexity` is minus this.
   */
  | { readonly kind: 'boundary'; readonly framePx: number; readonly grey: number };

/** An objective: terms, and sums, products and multiples of them. A plain value; every picture of a batch has its own score. */
export type Expression =
  | Term
  | { readonly kind: 'sum'; readonly of: readonly Expression[] }
  | { readonly kind: 'product'; readonly of: readonly Expression[] }
  | { readonly kind: 'scaled'; readonly by: number; readonly of: Expression };

/** The sum of objectives. @example sum(channel(layer, 20), scaled(-0.25, totalVariation())) */
export const sum = (...of: readonly Expression[]): Expression => ({ kind: 'sum', of });

/** The first objective less the others: what excites one unit and not another. */
export const difference = (first: Expression, ...others: readonly Expression[]): Expression =>
  sum(first, ...others.map((other) => scaled(-1, other)));

/** The product of objectives: large only where all are. */
export const product = (...of: readonly Expression[]): Expression => ({ kind: 'product', of });

/** An objective times a number; a negative one makes a penalty of it. */
export const scaled = (by: number, of: Expression): Expression => ({ kind: 'scaled', by, of });

/** All terms of an expression, from left to right. */
export function termsOf(expression: Expression): readonly Term[] {
  if (expression.kind === 'sum' || expression.kind === 'product') return expression.of.flatMap(termsOf);
  return expression.kind === 'scaled' ? termsOf(expression.of) : [expression];
}

/** An expression in words, as `channel 17 of /fire4/Concat_output_0 − 0.25 · total variation`. */
export function describeObjective(expression: Expression): string {
  if (expression.kind === 'sum')
    return expression.of
      .map((part, i) => {
        const negative = part.kind === 'scaled' && part.by < 0;
        const text = describeObjective(negative ? { ...part, by: -part.by } : part);
        return i === 0 ? (negative ? `−${text}` : text) : `${negative ? '−' : '+'} ${text}`;
      })
      .join(' ');
  if (expression.kind === 'product') return expression.of.map((part) => `(${describeObjective(part)})`).join(' · ');
  if (expression.kind === 'scaled') {
    const text = describeObjective(expression.of);
    return expression.by === 1 ? text : `${expression.by} · ${text}`;
  }
  return describeTerm(expression);
}

function describeTerm(term: Term): string {
  switch (term.kind) {
    case 'unit': {
      const what = 'channel' in term.target ? `channel ${term.target.channel}` : 'a direction';
      const where = term.at === 'center' || term.at === 'everywhere' ? term.at : JSON.stringify(term.at);
      const angle = term.formula === 'dot' ? '' : `, ${term.formula} to the power ${term.power}`;
      return `${what} of ${term.layer} (${where}${angle})`;
    }
    case 'tensorDirection':
      return `likeness to a given ${term.layer} (power ${term.power})`;
    case 'energy':
      return `energy of ${term.layer}${term.channels ? `, channels ${term.channels[0]} … ${term.channels[1] - 1}` : ''}`;
    case 'alikeness':
      return `alikeness of the pictures in ${term.layer}`;
    case 'drift':
      return `drift of ${term.layer}`;
    case 'totalVariation':
      return 'total variation';
    case 'l1':
    case 'l2':
      return `${term.kind.toUpperCase()} of ${term.layer ?? 'the picture'}`;
    case 'boundary':
      return `complexity of a frame of ${term.framePx} pixels`;
  }
}
