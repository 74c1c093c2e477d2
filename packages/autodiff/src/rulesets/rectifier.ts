import type { Node } from '@incognita/onnx';
import { floatOf } from '../emit/attributes.js';
import type { Emitter } from '../emit/emitter.js';
import type { BackwardRule } from './ruleSet.js';

/** Bounds of an operator that cuts its input to a range: a ReLU (0, ∞), a Clip. Undefined where a bound is no constant. */
export interface Bounds {
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/** Bounds of a Relu or Clip node. */
export function boundsOf(e: Emitter, node: Node): Bounds {
  if (node.op === 'Relu') return { low: 0, high: Number.POSITIVE_INFINITY };
  const bound = (index: number, attribute: string, fallback: number): number | undefined => {
    if (node.inputs[index]) return e.values(node.inputs[index])?.[0];
    return floatOf(node, attribute, fallback);
  };
  return {
    low: bound(1, 'min', Number.NEGATIVE_INFINITY),
    high: bound(2, 'max', Number.POSITIVE_INFINITY),
  };
}

/**
 * One rule for all rectifiers: Relu, and Clip from zero on (ReLU6 and its like). Other activations, and Clips with other
 * bounds, keep their exact rule, as in pytorch/captum `captum/attr/_core/guided_backprop_deconvnet.py` and chr5tphr/zennit
 * `src/zennit/composites.py`, which override ReLU alone.
 */
export function rectifierRules(rule: BackwardRule): Record<string, BackwardRule> {
  return {
    Relu: rule,
    Clip: (call, exact) => (boundsOf(call.e, call.node).low === 0 ? rule(call, exact) : exact(call)),
  };
}
