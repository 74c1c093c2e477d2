import { rectifierRules } from './rectifier.js';
import type { RuleSet } from './ruleSet.js';

/**
 * The deconvolutional network: a rectifier passes max(g, 0), whether it was open or not; max-pools pass to the place of the
 * maximum (their switches), as exactly.
 *
 * Source: M. D. Zeiler and R. Fergus, Visualizing and Understanding Convolutional Networks (2013), section 2.1.
 */
export const deconvnet: RuleSet = {
  name: 'deconvnet',
  rules: rectifierRules(({ e, g }) => [e.op('Relu', [g])]),
};
