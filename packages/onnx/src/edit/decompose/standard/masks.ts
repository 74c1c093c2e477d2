import type { RewriteContext } from '../../rewrite/context.js';
import { column, counting, row, sizes } from '../microsoft/heads.js';

/** What attention is told about keys; both broadcast to [b, n, s, t]. */
export interface Mask {
  /** Truth values; '' where every key may be seen. */
  readonly allowed: string;
  /** Added to the scores; '' for nothing. */
  readonly bias: string;
}

/** The mask of Attention's inputs and attributes: attn_mask, causality, windows, and how many keys are no padding. */
export function allowedKeys(c: RewriteContext, query: string, key: string): Mask {
  const [given, lengths] = [c.input(3), c.input(6)];
  const truths = given !== '' && c.dtype(given) === 'bool';
  const conditions: string[] = [];
  const bias = given === '' ? '' : padded(c, given, key, truths);
  if (truths) conditions.push(bias);
  else if (bias !== '' && mayHide(c, given, bias)) conditions.push(c.op('Not', [c.op('IsInf', [bias], { detect_positive: 0 })]));
  if (lengths !== '') {
    const keys = counting(c, sizes(c, key, 2, 3));
    conditions.push(c.op('Less', [keys, c.op('Unsqueeze', [lengths, c.vector([1, 2, 3])])]));
  }
  conditions.push(...windows(c, query, key));
  const allowed = conditions.length === 0 ? '' : conditions.reduce((a, b) => c.op('And', [a, b]));
  return { allowed, bias: truths ? '' : bias };
}

/** Which keys a query sees by its place: causality is a window that ends at itself. */
function windows(c: RewriteContext, query: string, key: string): string[] {
  const left = c.int('left_window_size', -1);
  const right = c.int('is_causal', 0) !== 0 ? 0 : c.int('right_window_size', -1);
  if (left < 0 && right < 0) return [];
  const places = column(c, counting(c, sizes(c, query, 2, 3)));
  const offset = keysBefore(c, query);
  const place = offset === '' ? places : c.op('Add', [places, offset]);
  const keys = row(c, counting(c, sizes(c, key, 2, 3)));
  const shifted = (by: number): string => (by === 0 ? place : c.op('Add', [place, c.constant('int64', [by], [])]));
  return [
    ...(right < 0 ? [] : [c.op('LessOrEqual', [keys, shifted(right)])]),
    ...(left < 0 ? [] : [c.op('GreaterOrEqual', [keys, shifted(-left)])]),
  ];
}

/** How many keys lie before the first query: those of the past, or those of an outer cache that are not padding and not its own. */
function keysBefore(c: RewriteContext, query: string): string {
  if (c.input(4) !== '') return c.op('Squeeze', [sizes(c, c.input(4), 2, 3), c.vector([0])]);
  if (c.input(6) === '') return '';
  return c.op('Unsqueeze', [c.op('Sub', [c.input(6), sizes(c, query, 2, 3)]), c.vector([1, 2, 3])]);
}

/** The given mask; where it ends before the last key, the rest is not to be seen. */
function padded(c: RewriteContext, mask: string, key: string, truths: boolean): string {
  const [width, keys] = [c.shape(mask)?.at(-1), c.shape(key)?.[2]];
  if (c.since < 24 || (width != null && width === keys)) return mask;
  const missing = c.op('Sub', [sizes(c, key, 2, 3), c.op('Shape', [mask], { start: -1 })]);
  const pads = c.op('Concat', [c.vector([0]), missing], { axis: 0 });
  const number = truths ? c.op('Cast', [mask], { to: 6 }) : mask;
  const end = c.scalar(truths ? 0 : Number.NEGATIVE_INFINITY, number);
  const wide = c.op('Pad', [number, pads, end, c.vector([-1])]);
  return truths ? c.op('Cast', [wide], { to: 9 }) : wide;
}

/** Whether a mask of numbers may hold −∞, so that a query may see no key. */
function mayHide(c: RewriteContext, given: string, bias: string): boolean {
  const numbers = given === bias ? c.numbers(given) : null;
  return numbers === null || Array.prototype.includes.call(numbers, Number.NEGATIVE_INFINITY);
}
