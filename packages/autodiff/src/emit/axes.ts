import type { Node } from '@incognita/onnx';
import { MissingRuleError } from '../errors.js';
import { intOf, intsOf } from './attributes.js';
import type { Emitter } from './emitter.js';
import { unsqueeze } from './shapes.js';

/** The axes of a reduction, from its attribute or its second input; `all` where it states none. */
export function reductionAxes(e: Emitter, node: Node): readonly number[] | 'all' | 'none' {
  const input = node.inputs[1];
  const values = input ? e.values(input) : null;
  if (input && !values) throw new MissingRuleError(node, `its axes "${input}" are not a constant.`);
  const axes = values ? Array.from(values) : intsOf(node, 'axes');
  if (axes && axes.length > 0) return axes;
  return intOf(node, 'noop_with_empty_axes', 0) === 1 ? 'none' : 'all';
}

/** A reduction's result (or its cotangent) with the reduced axes back as axes of length one, ready to broadcast. */
export function restoreAxes(e: Emitter, node: Node, value: string): string {
  const axes = reductionAxes(e, node);
  if (intOf(node, 'keepdims', 1) === 1 || axes === 'all' || axes === 'none') return value;
  return unsqueeze(e, value, axes);
}
