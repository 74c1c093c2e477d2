import { float } from '../../build/builder.js';
import type { Rewrite, RewriteContext } from '../rewrite/context.js';
import { again } from './again.js';

const withoutModes = ['spatial', 'is_test'];

/**
 * BatchNormalization before 14: training was asked for by more than one output (since 14 by an attribute), and until 9 the
 * statistics could be of every position on its own (`spatial` 0).
 */
export const batchNormalization: Rewrite = (c) => {
  const { outputs } = c.node;
  const training = outputs.slice(1).some((name) => name !== '') && !(c.since < 7 && c.int('is_test', 0) !== 0);
  if (c.since < 9 && c.int('spatial', 1) === 0) {
    if (training) c.refuse('it trains with statistics of every position.', 'Export the model for inference.');
    return [everyPosition(c)];
  }
  if (!training) {
    const attributes = { epsilon: float(c.float('epsilon', 1e-5)), momentum: float(c.float('momentum', 0.9)) };
    return [c.op('BatchNormalization', c.node.inputs, attributes)];
  }
  if (c.used(3) || c.used(4))
    c.refuse('its saved statistics are read, which later operator sets do not give out.', 'Export the model for inference.');
  return again(c, { attributes: { training_mode: 1 }, without: withoutModes }).slice(0, 3);
};

/** scale · (x − mean) / √(variance + ε) + bias, without the batch axis in any of them. */
function everyPosition(c: RewriteContext): string {
  const [x, scale, bias, mean, variance] = [0, 1, 2, 3, 4].map((i) => c.input(i)) as [string, string, string, string, string];
  const deviation = c.op('Sqrt', [c.op('Add', [variance, c.scalar(c.float('epsilon', 1e-5), x)])]);
  const normalized = c.op('Div', [c.op('Sub', [x, mean]), deviation]);
  return c.op('Add', [c.op('Mul', [normalized, scale]), bias]);
}
