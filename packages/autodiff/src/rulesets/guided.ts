import { rectifierRules } from './rectifier.js';
import type { RuleSet } from './ruleSet.js';

/**
 * Guided backpropagation: a rectifier passes max(g, 0) where it was open.
 *
 * Source: J. T. Springenberg et al., Striving for Simplicity: The All Convolutional Net (2014), figure 1.
 */
export const guided: RuleSet = {
  name: 'guided',
  rules: rectifierRules((call, exact) => exact({ ...call, g: call.e.op('Relu', [call.g]) })),
};
