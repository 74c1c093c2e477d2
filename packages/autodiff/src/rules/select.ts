import { expandLike } from '../emit/shapes.js';
import type { Rule } from '../types.js';
import { backward } from './broadcasting.js';

/** The condition is data; each branch gets what it gave. */
export const Where: Rule = {
  vjp: (call) => {
    const { e, g, node } = call;
    const [condition] = node.inputs as [string];
    const zero = e.scalar(0, node.outputs[0]!);
    return backward(call, [undefined, () => e.op('Where', [condition, g, zero]), () => e.op('Where', [condition, zero, g])]);
  },
  jvp: ({ e, node, tangents: [, a, b] }) => {
    const [condition] = node.inputs as [string];
    const zero = e.scalar(0, node.outputs[0]!);
    const chosen = e.op('Where', [condition, a ?? zero, b ?? zero]);
    return [a && b ? chosen : expandLike(e, chosen, node.outputs[0]!)];
  },
};
