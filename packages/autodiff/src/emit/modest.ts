import type { Node } from '@incognita/onnx';
import { MissingRuleError } from '../errors.js';

/** Most numbers of a constant that a rule makes from attributes and sizes; 64 MB in float32. */
const LARGEST_CONSTANT = 2 ** 24;

/** Most places of a window along an axis that a rule writes a node for. */
const LONGEST_WINDOW = 2048;

/** So many ones, as the kernel that sums over a window; refuses a window that no memory holds. */
export function onesOf(node: Node, count: number): Float32Array {
  return new Float32Array(demandModest(node, count, 'numbers', LARGEST_CONSTANT)).fill(1);
}

/** The numbers of a constant that is one on its diagonal. */
export function diagonalOnes(node: Node, size: number): Float32Array {
  const ones = new Float32Array(demandModest(node, size * size, 'numbers', LARGEST_CONSTANT));
  for (let i = 0; i < size; i++) ones[i * (size + 1)] = 1;
  return ones;
}

/** Refuses a window for which the gradient would have more nodes than a runtime loads in reasonable time. */
export function demandShortWindow(node: Node, sizes: readonly number[]): void {
  for (const size of sizes) demandModest(node, size, 'nodes', LONGEST_WINDOW);
}

function demandModest(node: Node, count: number, things: string, limit: number): number {
  if (count >= 0 && count <= limit) return count;
  throw new MissingRuleError(
    node,
    `for a window of this size its gradient would have ${count} ${things}, and more than ${limit} are not written into a graph; ` +
      'use a smaller window, or a reduction over whole axes (ReduceMax, ReduceMean, GlobalAveragePool).',
  );
}
