export { MissingRuleError, NoPathError } from './errors.js';
export { type JvpOptions, jvp } from './jvp.js';
export { operatorsWithoutRule, type SupportedOperator, supportedOperators } from './operators.js';
export type { Form } from './types.js';
export { type VjpOptions, vjp } from './vjp.js';
