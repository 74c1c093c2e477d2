import type { Node } from '@incognita/onnx';
import { floatOf } from '../emit/attributes.js';
import type { Emitter } from '../emit/emitter.js';
import { keepWhere } from '../emit/gate.js';
import { expandLike, reduceTo } from '../emit/shapes.js';
import type { Rule } from '../types.js';
import { sumOf } from './elementwise.js';

/**
 * Zero at and beyond the bounds, as PyTorch's hardtanh and ReLU6 (its clamp lets the gradient pass at the bounds themselves);
 * decided by the output for the sake of fusion. A bound that is an input gets what was cut off there.
 */
export const Clip: Rule = {
  vjp: ({ e, node, g, needs }) => {
    const y = node.outputs[0]!;
    const toBound = (input: 1 | 2): string | null =>
      needs(input) ? reduceTo(e, keepWhere(e, beyond(e, node, input), g, y), y, node.inputs[input]!) : null;
    return [needs(0) ? keepWhere(e, inside(e, node), g, y) : null, toBound(1), toBound(2)];
  },
  jvp: ({ e, node, tangents: [t, low, high] }) => {
    const y = node.outputs[0]!;
    const total = sumOf(e, [
      t ? keepWhere(e, inside(e, node), t, y) : null,
      low ? keepWhere(e, beyond(e, node, 1), low, y) : null,
      high ? keepWhere(e, beyond(e, node, 2), high, y) : null,
    ])!;
    return [t ? total : expandLike(e, total, y)];
  },
};

function boundOf(e: Emitter, node: Node, input: 1 | 2): string | undefined {
  if (node.inputs[input]) return node.inputs[input];
  const name = input === 1 ? 'min' : 'max';
  return node.attributes[name] ? e.scalar(floatOf(node, name, 0), node.outputs[0]!) : undefined;
}

function inside(e: Emitter, node: Node): string {
  const y = node.outputs[0]!;
  const [low, high] = [boundOf(e, node, 1), boundOf(e, node, 2)];
  const above = low === undefined ? undefined : e.op('Greater', [y, low]);
  const below = high === undefined ? undefined : e.op('Less', [y, high]);
  if (above && below) return e.op('And', [above, below]);
  return above ?? below ?? e.op('Equal', [y, y]);
}

/** Where a bound decides. The upper one wins where they cross: min(max(x, low), high). */
function beyond(e: Emitter, node: Node, input: 1 | 2): string {
  const [x] = node.inputs as [string];
  const [low, high] = [boundOf(e, node, 1), boundOf(e, node, 2)];
  if (input === 1) {
    const below = e.op('Less', [x, low!]);
    return high === undefined ? below : e.op('And', [below, e.op('Less', [low!, high])]);
  }
  const above = e.op('Greater', [x, high!]);
  return low === undefined ? above : e.op('Or', [above, e.op('Less', [high!, low])]);
}
