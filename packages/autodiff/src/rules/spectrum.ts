import type { Node } from '@incognita/onnx';
import { intOf } from '../emit/attributes.js';
import type { Emitter } from '../emit/emitter.js';
import { castCount, dimsOf, positiveAxes, slice } from '../emit/shapes.js';
import { MissingRuleError } from '../errors.js';
import { STFT as stft } from '../parts/spectrum.js';
import type { Rule } from '../types.js';
import { composite } from './composite.js';
import { linear } from './elementwise.js';

/**
 * The discrete Fourier transform F along an axis, [..., 1] of real or [..., 2] of complex numbers. Its adjoint is n times the
 * inverse transform, the adjoint of the inverse F/n; what was padded is cut off and what was cut off is zero.
 */
export const DFT: Rule = linear((e, node, g) => {
  const x = node.inputs[0]!;
  const { axis, rank } = transformed(e, node);
  const onesided = intOf(node, 'onesided', 0) === 1;
  const inverse = intOf(node, 'inverse', 0) === 1;
  if (onesided && inverse) return halfInverse(e, node, g);
  const own = dimsOf(e, x, [axis]);
  const length = node.inputs[1] ? e.op('Reshape', [e.op('Cast', [node.inputs[1]], { to: 7 }), e.ints([1])]) : own;
  const full = onesided ? resized(e, g, axis, rank, dimsOf(e, node.outputs[0]!, [axis]), length) : g;
  const count = castCount(e, length, x);
  const back = inverse ? e.op('Div', [transform(e, full, axis, 0), count]) : e.op('Mul', [transform(e, full, axis, 1), count]);
  const fitted = node.inputs[1] ? resized(e, back, axis, rank, length, own) : back;
  return e.shape(x)?.at(-1) === 2 ? fitted : slice(e, fitted, [0], dimsOf(e, x, [rank - 1]), [rank - 1]);
});

/**
 * From half a spectrum z to real numbers: (1/n) Re Σ w z e^…, where the middle of the spectrum counts twice (w) for the half
 * that is left out. The adjoint is the spectrum of g times w/n.
 */
function halfInverse(e: Emitter, node: Node, g: string): string {
  const x = node.inputs[0]!;
  const { axis, rank } = transformed(e, node);
  const length = dimsOf(e, node.outputs[0]!, [axis]);
  const half = e.op('Add', [e.op('Div', [length, e.ints([2])]), e.ints([1])]);
  const spectrum = slice(e, transform(e, g, axis, 0), [0], half, [axis]);
  const places = e.op('Range', [e.constant('int64', [0], []), e.op('Squeeze', [half]), e.constant('int64', [1], [])]);
  const mirrored = e.op('Sub', [length, places]);
  const inner = e.op('And', [e.op('Greater', [places, e.ints([0])]), e.op('Greater', [mirrored, places])]);
  const twice = e.op('Where', [inner, e.scalar(2, x), e.scalar(1, x)]);
  const weights = e.op('Reshape', [e.op('Div', [twice, castCount(e, length, x)]), e.ints(alone(axis, rank))]);
  return resized(e, e.op('Mul', [spectrum, weights]), axis, rank, half, dimsOf(e, x, [axis]));
}

/** The axis that is transformed, counted from the front. */
function transformed(e: Emitter, node: Node): { axis: number; rank: number } {
  const rank = e.rank(node.inputs[0]!);
  const stated = node.inputs[2] ? e.values(node.inputs[2])?.[0] : intOf(node, 'axis', e.opset >= 20 ? -2 : 1);
  if (rank === undefined || stated === undefined)
    throw new MissingRuleError(node, `its axis and the rank of "${node.inputs[0]}" must be known; make them constant.`);
  return { axis: positiveAxes([stated], rank)[0]!, rank };
}

function transform(e: Emitter, value: string, axis: number, inverse: 0 | 1): string {
  if (e.opset < 20) return e.op('DFT', [value], { axis, inverse });
  return e.op('DFT', [value, '', e.constant('int64', [axis], [])], { inverse });
}

/** Cut off or filled up with zeros along an axis. */
function resized(e: Emitter, value: string, axis: number, rank: number, from: string, to: string): string {
  const pads = e.op(
    'Concat',
    [e.ints(new Array<number>(rank + axis).fill(0)), e.op('Sub', [to, from]), e.ints(new Array<number>(rank - axis - 1).fill(0))],
    {
      axis: 0,
    },
  );
  return e.op('Pad', [value, pads]);
}

function alone(axis: number, rank: number): number[] {
  return Array.from({ length: rank }, (_, i) => (i === axis ? -1 : 1));
}

/** Linear in the signal and in the window. */
export const STFT: Rule = composite(stft);
