import type { Model } from '@incognita/onnx';
import { isBlocked, ruleOf, rules } from './registry.js';

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
 * (shapes, comparisons, …).
 *
 * @example
 * operatorsWithoutRule(model) // [{ op: 'GridSample', node: 'warp' }]
 */
export function operatorsWithoutRule(model: Model): { op: string; node: string }[] {
  return model.graph.nodes
    .filter((node) => !ruleOf(node) && !isBlocked(node))
    .map((node) => ({ op: node.domain ? `${node.domain}.${node.op}` : node.op, node: node.name || node.outputs[0] || '' }));
}
