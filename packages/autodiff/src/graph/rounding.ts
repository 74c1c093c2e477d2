import { computesQuantized, type Model } from '@incognita/onnx';
import { MissingRuleError } from '../errors.js';
import { isBlocked } from '../rules/blocked.js';
import { waysBetween } from './ways.js';

/**
 * Refuses ways through operators that round (QuantizeLinear, QLinearConv, …): their derivative is zero almost everywhere, and a
 * gradient along the other ways alone would be wrong without a word.
 */
export function refuseRounding({ graph }: Model, of: readonly string[], wrt: readonly string[]): void {
  if (!graph.nodes.some(computesQuantized)) return;
  const rounding = waysBetween(graph, of, wrt, { isDiscrete: () => false, stops: isBlocked }).active.find(computesQuantized);
  if (rounding)
    throw new MissingRuleError(
      rounding,
      'it rounds, and the derivative of a rounding is zero almost everywhere. Use dequantize(model) first: it gives the float model, ' +
        'whose gradient is what is meant.',
    );
}
