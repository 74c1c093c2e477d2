import type { Node } from '@incognita/onnx';
import { MissingRuleError } from '../errors.js';
import { intsOf, stringOf } from './attributes.js';
import type { Emitter } from './emitter.js';

/** How a convolution or pooling window slides: one number an axis of space. */
export interface Window {
  readonly rank: number;
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Padding before and after; resolved where `auto_pad` asks for it. */
  readonly begin: readonly number[];
  readonly end: readonly number[];
}

/** Whether the padding of a node's window depends on sizes that only the run knows: steps of more than one, as many as fit. */
export function isPaddedAtRun(e: Emitter, node: Node): boolean {
  if (!stringOf(node, 'auto_pad', 'NOTSET').startsWith('SAME')) return false;
  return (intsOf(node, 'strides') ?? []).some((stride, i) => stride > 1 && typeof e.shape(node.inputs[0]!)?.[i + 2] !== 'number');
}

/** Reads the window of a Conv, ConvTranspose or pooling node whose kernel size is given. */
export function windowOf(e: Emitter, node: Node, kernel: readonly number[]): Window {
  const rank = kernel.length;
  const ones = new Array<number>(rank).fill(1);
  const strides = intsOf(node, 'strides') ?? ones;
  const dilations = intsOf(node, 'dilations') ?? ones;
  const pads = intsOf(node, 'pads') ?? new Array<number>(2 * rank).fill(0);
  const auto = stringOf(node, 'auto_pad', 'NOTSET');
  if (auto === 'NOTSET' || auto === '')
    return { rank, kernel, strides, dilations, begin: pads.slice(0, rank), end: pads.slice(rank) };
  const zeros = new Array<number>(rank).fill(0);
  if (auto === 'VALID') return { rank, kernel, strides, dilations, begin: zeros, end: zeros };
  const totals = kernel.map((k, i) => {
    const span = dilations[i]! * (k - 1);
    if (strides[i] === 1) return span;
    const size = e.shape(node.inputs[0]!)?.[i + 2];
    if (typeof size !== 'number')
      throw new MissingRuleError(
        node,
        `auto_pad ${auto} with stride ${strides[i]} needs the input size, but axis ${i + 2} of "${node.inputs[0]}" is ` +
          `${String(size)}; fix the size of the model's input.`,
      );
    return Math.max(0, (Math.ceil(size / strides[i]!) - 1) * strides[i]! + span + 1 - size);
  });
  const less = totals.map((total) => Math.floor(total / 2));
  const more = totals.map((total) => Math.ceil(total / 2));
  const upper = auto === 'SAME_UPPER';
  return { rank, kernel, strides, dilations, begin: upper ? less : more, end: upper ? more : less };
}

/** Numbers of the axes of space: 2, 3, … */
export function spaceAxes(rank: number): number[] {
  return Array.from({ length: rank }, (_, i) => i + 2);
}
