import { deconvnet } from './deconvnet.js';
import { guided } from './guided.js';
import { lrp } from './lrp/lrp.js';
import type { LrpOptions } from './lrp/options.js';
import { type RedirectedReluOptions, redirectedRelu } from './redirectedRelu.js';
import { exact, type RuleSet } from './ruleSet.js';
import { type SmoothMaxPoolOptions, smoothMaxPool } from './smoothMaxPool.js';

/** A rule set with options of its own. */
export type RuleSetOptions =
  | { readonly name: 'exact' | 'guided' | 'deconvnet' }
  | ({ readonly name: 'redirectedRelu' } & RedirectedReluOptions)
  | ({ readonly name: 'smoothMaxPool' } & SmoothMaxPoolOptions)
  | ({ readonly name: 'lrp' } & LrpOptions);

/** The name of a rule set. */
export type RuleSetName = RuleSetOptions['name'];

/** One rule set or several that concern different operators (`['redirectedRelu', 'smoothMaxPool']`, as Lucid uses them). */
export type RuleChoice = RuleSetName | RuleSetOptions | readonly (RuleSetName | RuleSetOptions)[];

type Makers = { readonly [N in RuleSetName]: (options: Extract<RuleSetOptions, { readonly name: N }>) => RuleSet };

const makers: Makers = {
  exact: () => exact,
  guided: () => guided,
  deconvnet: () => deconvnet,
  redirectedRelu,
  smoothMaxPool,
  lrp,
};

/** The names of all rule sets. */
export const ruleSetNames: readonly RuleSetName[] = Object.keys(makers) as RuleSetName[];

/**
 * The rule set of a choice.
 *
 * @throws RangeError for a name that no rule set has, and for sets that replace the same operator.
 */
export function chooseRules(choice: RuleChoice): RuleSet {
  const choices = typeof choice === 'string' || 'name' in choice ? [choice] : choice;
  return choices.map(make).reduce(combine, exact);
}

function make(choice: RuleSetName | RuleSetOptions): RuleSet {
  const options = typeof choice === 'string' ? { name: choice } : choice;
  const maker = makers[options.name] as ((options: RuleSetOptions) => RuleSet) | undefined;
  if (!maker) throw new RangeError(`There is no rule set "${options.name}"; there are ${ruleSetNames.join(', ')}.`);
  return maker(options as RuleSetOptions);
}

function combine(a: RuleSet, b: RuleSet): RuleSet {
  if (a === exact) return b;
  if (b === exact) return a;
  const both = Object.keys(b.rules).filter((op) => op in a.rules);
  if (both.length > 0) throw new RangeError(`The rule sets ${a.name} and ${b.name} both have a rule for ${both.join(', ')}.`);
  if (a.result || b.result) throw new RangeError(`The rule sets ${a.name} and ${b.name} cannot be combined.`);
  return { name: `${a.name}+${b.name}`, rules: { ...a.rules, ...b.rules } };
}
