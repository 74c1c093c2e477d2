import type { Node } from '@incognita/onnx';
import { intOf } from './attributes.js';
import type { Emitter } from './emitter.js';

/** What a rule may ask about the way that cotangents take. */
export interface Flow {
  readonly e: Emitter;
  /** Whether a cotangent may flow through this tensor. */
  flows(name: string): boolean;
  /**
   * Whether somebody looks at this tensor's cotangent, so that it must be complete there: the caller (it is in `of` or
   * `wrt`), or a rule set (it has a rule of its own for the node that makes the tensor).
   */
  observed(name: string): boolean;
  /** Whether a rule set has a rule of its own for this node: then nothing may be assumed of how cotangents pass it. */
  replaced(node: Node): boolean;
}

/**
 * Whether every element of a tensor is the output of a ReLU, and nobody looks at its cotangent before that ReLU: then what
 * reaches its zeros dies there anyway.
 */
export function isRectified(flow: Flow, name: string): boolean {
  const node = flow.e.producer(name);
  if (node?.domain !== '' || flow.observed(name)) return false;
  if (node.op === 'Relu') return true;
  return node.op === 'Concat' && node.inputs.every((input) => isRectified(flow, input));
}

/**
 * Whether all cotangents of a ReLU's output come through max-pools, which were closed at their (smaller) output already
 * where the maximum is zero: the ReLU then need not do it again.
 */
export function isClosedLater(flow: Flow, name: string): boolean {
  if (!isRectified(flow, name)) return false;
  const next = flow.e.consumers(name).filter((node) => node.outputs.some((output) => flow.flows(output)));
  return next.every(
    (node) => !flow.replaced(node) && (node.op === 'MaxPool' || (node.op === 'Concat' && isClosedLater(flow, node.outputs[0]!))),
  );
}

/** The concatenation of channels that makes `x`, if cotangents reach `x` only through nodes that `passes` accepts. */
export function concatenationOf(flow: Flow, x: string, passes: (node: Node) => boolean): Node | null {
  const node = flow.e.producer(x);
  if (node?.op !== 'Concat' || node.domain !== '' || flow.observed(x) || intOf(node, 'axis', 1) !== 1) return null;
  const next = flow.e.consumers(x).filter((reader) => reader.outputs.some((output) => flow.flows(output)));
  return next.every(passes) ? node : null;
}
