import { type RuleSetOptions, ruleSetNames } from '@incognita/autodiff';
import { UsageError } from './errors.js';

/** What a variant after the colon sets, by rule set. */
const VARIANTS: Readonly<Record<string, string>> = { redirectedRelu: 'direction', smoothMaxPool: 'mode', lrp: 'composite' };

/** Parses `guided`, `lrp:gamma`, `smoothMaxPool:avg`, or `{"name":"lrp","composite":"epsilonGammaBox","low":-2,"high":2}`. */
export function parseRules(text: string): RuleSetOptions {
  if (text.startsWith('{')) {
    const options = parseJson(text);
    checkName(String(options.name));
    return options as unknown as RuleSetOptions;
  }
  const [name, variant] = text.split(':') as [string, string | undefined];
  checkName(name);
  if (variant === undefined) return { name } as RuleSetOptions;
  const option = VARIANTS[name];
  if (option === undefined) throw new UsageError(`--rules: ${name} has no variants`);
  return { name, [option]: variant } as unknown as RuleSetOptions;
}

function parseJson(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new UsageError(`--rules: this is no JSON: ${(error as Error).message}`);
  }
}

function checkName(name: string): void {
  if (!(ruleSetNames as readonly string[]).includes(name))
    throw new UsageError(`--rules: there is no rule set ${name}; there are ${ruleSetNames.join(', ')}`);
}
