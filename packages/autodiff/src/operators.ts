import { CannotDecomposeError, decompositions, isRefused, type Model, upgradeOpset } from '@incognita/onnx';
import { isComposite, ruleOf, rules } from './registry.js';
import { isBlocked } from './rules/blocked.js';

/** One operator that is differentiable. */
export interface SupportedOperator {
  readonly op: string;
  /** '' is the default ONNX domain. */
  readonly domain: string;
  readonly vjp: boolean;
  readonly jvp: boolean;
  /** `rule`: by a rule of its own. `decomposition`: it is first written in operators that have rules. */
  readonly how: 'rule' | 'decomposition';
}

/** Every operator that is differentiable: by domain, then by name. */
export function supportedOperators(): SupportedOperator[] {
  const own = [...rules.keys()].map((op) => ({ op, domain: '', how: 'rule' as const }));
  const composite = [...decompositions.keys()].map((key) => {
    const [op = '', domain = ''] = key.split('::').reverse();
    return { op, domain, how: 'decomposition' as const };
  });
  const all = [...own, ...composite.filter(({ op, domain }) => domain !== '' || !rules.has(op))];
  const before = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return all
    .sort((a, b) => before(a.domain, b.domain) || before(a.op, b.op))
    .map((operator) => ({ ...operator, vjp: true, jvp: true }));
}

/**
 * The nodes of a model that no gradient can pass: operators without a rule, but for those through which none passes rightly
 * (shapes, comparisons, …) and those that are written in operators with rules first (fused and composite operators).
 *
 * @example
 * operatorsWithoutRule(model) // [{ op: 'GridSample', node: 'warp' }]
 */
export function operatorsWithoutRule(model: Model): { op: string; node: string }[] {
  return upgraded(model)
    .graph.nodes.filter((node) => !ruleOf(node) && !isBlocked(node) && (!isComposite(node) || isRefused(node)))
    .map((node) => ({ op: node.domain ? `${node.domain}.${node.op}` : node.op, node: node.name || node.outputs[0] || '' }));
}

/** The model as it is differentiated; as it was given where that is refused, so that what stands in the way is named. */
function upgraded(model: Model): Model {
  try {
    return upgradeOpset(model);
  } catch (error) {
    if (error instanceof CannotDecomposeError) return model;
    throw error;
  }
}
