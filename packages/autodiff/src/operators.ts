import type { Model } from '@incognita/onnx';
import { isComposite, ruleOf, rules } from './registry.js';
import { blocked, isBlocked } from './rules/blocked.js';

/** One operator with rules. */
export interface SupportedOperator {
  readonly op: string;
  readonly domain: string;
  readonly vjp: boolean;
  readonly jvp: boolean;
}

/** Every operator that has a rule, by name. */
export function supportedOperators(): SupportedOperator[] {
  return [...rules.keys()].sort().map((op) => ({ op, domain: '', vjp: true, jvp: true }));
}

/**
 * The nodes of a model that no gradient can pass: operators without a rule, but for those through which none passes rightly
 * (shapes, comparisons, …) and those that are written in operators with rules first (fused and composite operators).
 *
 * @example
 * operatorsWithoutRule(model) // [{ op: 'GridSample', node: 'warp' }]
 */
export function operatorsWithoutRule(model: Model): { op: string; node: string }[] {
  return model.graph.nodes
    .filter((node) => !ruleOf(node) && !isBlocked(node) && !isComposite(node))
    .map((node) => ({ op: node.domain ? `${node.domain}.${node.op}` : node.op, node: node.name || node.outputs[0] || '' }));
}

/** The page docs/operators.md: what is differentiable, what rightly is not. */
export function operatorTable(): string {
  const rows = supportedOperators().map(({ op }) => `| ${op} | yes | yes |`);
  return [
    '# Operators with a gradient',
    '',
    'Written by `operators.test.ts` from the registry; do not edit. Operators of the default ONNX domain. Anything else on the',
    'way between `wrt` and `of` is a `MissingRuleError` that names the operator and the node.',
    '',
    '| operator | reverse (`vjp`) | forward (`jvp`) |',
    '|---|---|---|',
    ...rows,
    '',
    `Through these no gradient passes, rightly: ${[...blocked].sort().join(', ')}; and Cast to integers or booleans. An If whose`,
    'condition follows from the shapes is replaced by the branch that is taken.',
    '',
  ].join('\n');
}
