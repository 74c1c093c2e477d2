import type { Node } from '@incognita/onnx';
import { MissingRuleError } from '../errors.js';
import type { Emitter } from './emitter.js';

/** Of a node's input [n, channels, …space]: the axes that a list of channels needs beside its own, and those that are no channels. */
export function channelAxes(e: Emitter, node: Node): { beside: number[]; others: number[] } {
  const rank = e.rank(node.inputs[0]!);
  if (rank === undefined) throw new MissingRuleError(node, `the rank of "${node.inputs[0]}" is not known.`);
  const space = Array.from({ length: rank - 2 }, (_, i) => i + 2);
  return { beside: space.map((axis) => axis - 1), others: [0, ...space] };
}
