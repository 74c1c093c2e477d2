import type { Node } from '@incognita/onnx';
import type { Emitter } from './emitter.js';
import { assembleTaps, maxTaps } from './maxTaps.js';
import { reshapeLike, shapeOf } from './shapes.js';
import type { Window } from './window.js';

/** The most negative number that every float type holds as such or as −∞. */
const LOWEST = -Infinity;

/** The cotangent of a max-pool's input: each window's goes to its first maximum. */
export function maxPoolGradient(e: Emitter, node: Node, window: Window, g: string): string {
  const [x] = node.inputs as [string];
  if (e.form === 'cpu' && e.opset >= 16) {
    const flat = (v: string): string => e.op('Reshape', [v, e.ints([-1])]);
    const size = e.op('ReduceProd', [shapeOf(e, x)], { keepdims: 1 });
    const zeros = e.op('Expand', [e.scalar(0, x), size]);
    const scattered = e.op('ScatterElements', [zeros, flat(indicesOf(e, node)), flat(g)], { axis: 0, reduction: 'add' });
    return reshapeLike(e, scattered, x);
  }
  const zero = e.scalar(0, x);
  let open = g;
  const parts: string[] = [];
  const hits = tapHits(e, node, window);
  for (const [i, hit] of hits.entries()) {
    const last = i === hits.length - 1;
    parts.push(last ? open : e.op('Where', [hit, open, zero]));
    if (!last) open = e.op('Where', [hit, zero, open]);
  }
  return assembleTaps(e, parts, x, window);
}

/** The tangent of a max-pool's output: that of each window's first maximum. */
export function maxPoolTangent(e: Emitter, node: Node, window: Window, t: string): string {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  if (e.form === 'cpu') {
    const at = e.op('Reshape', [indicesOf(e, node), e.ints([-1])]);
    const taken = e.op('Gather', [e.op('Reshape', [t, e.repeat ? e.ints([0, -1]) : e.ints([-1])]), at], {
      axis: e.repeat ? 1 : 0,
    });
    if (!e.repeat) return reshapeLike(e, taken, y);
    const part = (v: string, from: number, to: number): string =>
      e.op('Slice', [e.op('Shape', [v]), e.ints([from]), e.ints([to]), e.ints([0])]);
    return e.op('Reshape', [taken, e.op('Concat', [part(t, 0, 1), part(y, 1, window.rank + 2)], { axis: 0 })]);
  }
  const hits = tapHits(e, node, window);
  const views = maxTaps(e, x, y, window).views(t, 0);
  let result = views.at(-1)!;
  for (let i = hits.length - 2; i >= 0; i--) result = e.op('Where', [hits[i]!, views[i]!, result]);
  return result;
}

/** Whether each tap of the window equals the window's maximum. */
function tapHits(e: Emitter, node: Node, window: Window): string[] {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  return maxTaps(e, x, y, window)
    .views(x, LOWEST)
    .map((view) => e.op('Equal', [view, y]));
}

/** Positions of the maxima in the flattened input: from a pool of its own, so that the forward one keeps its fast form. */
function indicesOf(e: Emitter, node: Node): string {
  if (node.outputs[1] && !node.attributes.storage_order) return node.outputs[1];
  const { storage_order: _, ...attributes } = node.attributes;
  return e.ops('MaxPool', node.inputs, 2, attributes)[1]!;
}
