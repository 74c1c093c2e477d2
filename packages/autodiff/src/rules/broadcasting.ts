import type { Emitter } from '../emit/emitter.js';
import { expandLike, reduceTo } from '../emit/shapes.js';
import type { JvpCall, VjpCall } from '../types.js';
import { sumOf } from './elementwise.js';

/** Reduces one cotangent per input back over the axes that were broadcast. */
export function backward(call: VjpCall, gradients: readonly ((() => string) | undefined)[]): (string | null)[] {
  const { e, node } = call;
  return node.inputs.map((input, i) => {
    const gradient = gradients[i];
    return gradient && call.needs(i) ? reduceTo(e, gradient(), node.outputs[0]!, input) : null;
  });
}

/** The sum of terms, with the shape of the output where all terms come from inputs that were broadcast. */
export function forward({ e, node, tangents }: JvpCall, terms: readonly ((t: string) => string)[]): (string | null)[] {
  const present = tangents.map((t, i) => (t === null ? null : terms[i]!(t)));
  const total = sumOf(e, present);
  if (total === null) return [null];
  const out = node.outputs[0]!;
  const widest = node.inputs.some((input, i) => tangents[i] !== null && sameShape(e, input, out));
  return [widest ? total : expandLike(e, total, out)];
}

function sameShape(e: Emitter, a: string, b: string): boolean {
  const [left, right] = [e.shape(a), e.shape(b)];
  return left !== null && right !== null && left.length === right.length && left.every((d, i) => d !== null && d === right[i]);
}

/** A tangent as it is. */
export const same = (t: string): string => t;
