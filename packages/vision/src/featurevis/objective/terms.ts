import { type Expression, scaled, type Target } from './expression.js';
import { channelObjective, cosineDirectionObjective, directionObjective, neuronObjective, type Objective } from './objective.js';

/** A direction of a layer under any formula. */
export function unit(layer: string, target: Target | number | ArrayLike<number>, objective: Objective): Expression {
  const aim = typeof target === 'number' ? { channel: target } : isTarget(target) ? target : { vector: target };
  return { kind: 'unit', layer, target: aim, ...objective };
}

function isTarget(target: Target | ArrayLike<number>): target is Target {
  return 'channel' in target || 'vector' in target;
}

/**
 * One unit of a channel. Without a place, the one at (floor(h / 2), floor(w / 2)):
 *
 * ```
 * odd height and width      even height and width
 *  ┌──┬──┬──┐                ┌──┬──┬──┬──┐
 *  │  │  │  │                │  │  │  │  │
 *  ├──┼──┼──┤                ├──┼──┼──┼──┤
 *  │  │ ✕│  │                │  │  │  │  │
 *  ├──┼──┼──┤                ├──┼──┼──┼──┤
 *  │  │  │  │                │  │  │ ✕│  │
 *  └──┴──┴──┘                ├──┼──┼──┼──┤
 *                            │  │  │  │  │
 *                            └──┴──┴──┴──┘
 * ```
 */
export function neuron(layer: string, channel: number, at: Objective['at'] = 'center'): Expression {
  return unit(layer, channel, { ...neuronObjective(), at });
}

/** One channel, averaged over positions (in a transformer: over the picture's tokens). */
export function channel(layer: string, index: number): Expression {
  return unit(layer, index, channelObjective());
}

/** A direction at a layer's centre: the dot product. */
export function direction(layer: string, vector: ArrayLike<number>, at: Objective['at'] = 'center'): Expression {
  return unit(layer, { vector }, { ...directionObjective(), at });
}

/** A direction at a layer's centre, weighted by the cosine to it; power 4 unless given. */
export function cosineDirection(
  layer: string,
  target: Target | number | ArrayLike<number>,
  { power = 4, at = 'center' as Objective['at'] } = {},
): Expression {
  return unit(layer, target, { ...cosineDirectionObjective({ power }), at });
}

/** One logit of a classifier: `layer` holds the scores before the softmax. */
export function classLogit(layer: string, index: number): Expression {
  return channel(layer, index);
}

/** A token before those of the picture; 0 is the class token. */
export function token(layer: string, channel: number, index = 0): Expression {
  return neuron(layer, channel, { token: index });
}

/**
 * Likeness to a whole layer [channels, rows, columns]: with the activations of a picture as `values` this inverts them (power 0, from noise) or
 * draws a caricature (power 1 or 2).
 */
export function tensorDirection(layer: string, values: ArrayLike<number>, power = 0): Expression {
  return { kind: 'tensorDirection', layer, values, power };
}

/** The energy of a layer: whatever it sees, more of it. */
export function deepDream(layer: string): Expression {
  return { kind: 'energy', layer };
}

/** The energy of one attention head; `layer` holds `heads` heads of equal width, `channels` together. */
export function head(layer: string, index: number, { heads, channels }: { heads: number; channels: number }): Expression {
  if (!(Number.isInteger(index) && index >= 0 && index < heads))
    throw new RangeError(`There is no head ${index}: the attention has ${heads}, 0 … ${heads - 1}.`);
  const width = channels / heads;
  return { kind: 'energy', layer, channels: [index * width, (index + 1) * width] };
}

/** Pushes the pictures of a batch apart in a layer; Lucid's tutorials weigh it by 100. */
export function diversity(layer: string, weight = 100): Expression {
  return scaled(-weight, { kind: 'alikeness', layer });
}

/** Sum of absolute differences of neighbouring pixels; a penalty of −0.25 is usual. */
export function totalVariation(): Expression {
  return { kind: 'totalVariation' };
}

/** Σ |x − constant|; a penalty of −0.05 is usual on the picture with constant 0.5. */
export function l1(constant = 0, layer?: string): Expression {
  return { kind: 'l1', constant, ...(layer === undefined ? {} : { layer }) };
}

/** √(10⁻⁶ + Σ (x − constant)²). */
export function l2(constant = 0, layer?: string): Expression {
  return { kind: 'l2', constant, ...(layer === undefined ? {} : { layer }) };
}

/** How much happens within `framePx` of the picture's border; as a penalty it makes icons with calm edges (Lucid's recipe: −5). */
export function boundaryComplexity({ framePx = 20, grey = 0.5 } = {}): Expression {
  return { kind: 'boundary', framePx, grey };
}

/** How far a layer has moved from that of the start picture; the regulariser of feature accentuation. */
export function drift(layer: string): Expression {
  return { kind: 'drift', layer };
}
