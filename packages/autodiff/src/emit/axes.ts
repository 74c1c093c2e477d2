import type { Node } from '@incognita/onnx';
import { intOf, intsOf } from './attributes.js';
import type { Emitter } from './emitter.js';
import { reshapeTo, unsqueeze } from './shapes.js';

/** The axes of a reduction: known, all, none, or an input that only the run knows. */
type Axes = readonly number[] | 'all' | 'none' | 'input';

/** The axes of a reduction, from its attribute or its second input; `all` where it states none. */
function reductionAxes(e: Emitter, node: Node): Axes {
  const input = node.inputs[1];
  const values = input ? e.values(input) : null;
  if (input && !values) return 'input';
  const axes = values ? Array.from(values) : intsOf(node, 'axes');
  if (axes && axes.length > 0) return axes;
  return intOf(node, 'noop_with_empty_axes', 0) === 1 ? 'none' : 'all';
}

/** ReduceSum over the same axes as `node`. */
export function sumAlike(e: Emitter, node: Node, value: string, keepdims = intOf(node, 'keepdims', 1)): string {
  const axes = reductionAxes(e, node);
  if (axes === 'none') return value;
  if (axes === 'input')
    return e.op('ReduceSum', [value, node.inputs[1]!], {
      keepdims,
      noop_with_empty_axes: intOf(node, 'noop_with_empty_axes', 0),
    });
  return e.op('ReduceSum', axes === 'all' ? [value] : [value, e.ints(axes)], { keepdims });
}

/** A reduction's result (or its cotangent) with the reduced axes back as axes of length one, ready to broadcast. */
export function restoreAxes(e: Emitter, node: Node, value: string): string {
  const axes = reductionAxes(e, node);
  if (intOf(node, 'keepdims', 1) === 1 || axes === 'all' || axes === 'none') return value;
  if (axes !== 'input') return unsqueeze(e, value, axes);
  const sizes = e.op('Shape', [node.inputs[0]!]);
  const given = node.inputs[1]!;
  const narrowed = e.op('ScatterElements', [sizes, given, e.op('Expand', [e.ints([1]), e.op('Shape', [given])])]);
  if (intOf(node, 'noop_with_empty_axes', 0) === 1) return reshapeTo(e, value, narrowed);
  const none = e.op('Equal', [e.op('Size', [given]), e.constant('int64', [0], [])]);
  return reshapeTo(e, value, e.op('Where', [none, e.ints([1]), narrowed]));
}
