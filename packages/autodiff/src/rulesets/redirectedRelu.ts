import { reduce } from '../emit/reduce.js';
import { MissingRuleError } from '../errors.js';
import type { VjpCall } from '../types.js';
import { boundsOf, rectifierRules } from './rectifier.js';
import type { RuleSet } from './ruleSet.js';

/** Options of the rule set `redirectedRelu`. */
export interface RedirectedReluOptions {
  /**
   * Which way the caller follows the gradient: up (`ascent`, default: `of` is what is to grow) or down (`descent`: `of` is a
   * loss, as in Lucid).
   */
  readonly direction?: 'ascent' | 'descent';
}

/**
 * Redirected ReLU: where a rectifier would stop the whole gradient of an example (an index of axis 0), it passes instead what
 * pushes its input back into its range; elsewhere it is exact, but for x = 0 (and x = 6 of a ReLU6), where it passes g.
 *
 * Source: tensorflow/lucid `lucid/misc/redirected_relu_grad.py` (redirected_relu_grad, redirected_relu6_grad), which applies
 * it for the first 16 steps of an optimisation; here that is the caller's choice. Lucid minimises a loss, so its signs are
 * those of `descent`.
 */
export function redirectedRelu({ direction = 'ascent' }: RedirectedReluOptions = {}): RuleSet {
  return { name: 'redirectedRelu', rules: rectifierRules((call) => [redirect(call, direction)]) };
}

function redirect({ e, node, g }: VjpCall, direction: 'ascent' | 'descent'): string {
  const x = node.inputs[0]!;
  const rank = e.rank(x);
  if (rank === undefined || rank < 2)
    throw new MissingRuleError(
      node,
      `redirectedRelu decides for each example of a batch, but the rank of "${x}" is ${rank ?? 'not known'}; it must be at least 2.`,
    );
  const { low, high } = boundsOf(e, node);
  const zero = e.scalar(0, x);
  const [lower, upper] = direction === 'ascent' ? (['Less', 'Greater'] as const) : (['Greater', 'Less'] as const);
  const below = e.op('Less', [x, e.scalar(low!, x)]);
  const ends = [{ outside: below, away: e.op('And', [below, e.op(lower, [g, zero])]) }];
  if (high !== Number.POSITIVE_INFINITY) {
    const above = e.op('Greater', [x, high === undefined ? node.inputs[2]! : e.scalar(high, x)]);
    ends.push({ outside: above, away: e.op('And', [above, e.op(upper, [g, zero])]) });
  }
  const any = (masks: string[]): string => masks.reduce((a, b) => e.op('Or', [a, b]));
  const plain = e.op('Where', [any(ends.map(({ outside }) => outside)), zero, g]);
  const redirected = e.op('Where', [any(ends.map(({ away }) => away)), zero, g]);
  const axes = Array.from({ length: rank - 1 }, (_, i) => i + 1);
  const largest = reduce(e, 'ReduceMax', e.op('Abs', [plain]), axes, true);
  return e.op('Where', [e.op('Greater', [largest, zero]), plain, redirected]);
}
