export { MissingRuleError, NoPathError } from './errors.js';
export { type JvpOptions, jvp } from './jvp.js';
export { operatorsWithoutRule, type SupportedOperator, supportedOperators } from './operators.js';
export { type RuleChoice, type RuleSetName, type RuleSetOptions, ruleSetNames } from './rulesets/chooseRules.js';
export type { Form } from './types.js';
export { type VjpOptions, vjp } from './vjp.js';
