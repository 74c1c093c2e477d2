import type { Node } from '@incognita/onnx';
import { alongAxis } from '../emit/alongAxis.js';
import { stringOf } from '../emit/attributes.js';
import type { Emitter } from '../emit/emitter.js';
import { reduce } from '../emit/reduce.js';
import { dimsOf, positiveAxes, reshapeLike, shapeOf, slice, typeNumber, unsqueeze } from '../emit/shapes.js';
import { MissingRuleError } from '../errors.js';
import type { Rule } from '../types.js';

/**
 * Constant padding is cut off again, and its number gets the sum of what was padded; mirrored, repeated and wrapped borders
 * are added back to where they came from.
 */
export const Pad: Rule = {
  vjp: ({ e, node, g, needs }) => {
    if (stringOf(node, 'mode', 'constant') !== 'constant') return [foldBorders(e, node, g)];
    return [needs(0) ? unpad(e, node, g) : null, null, needs(2) ? sumOfBorders(e, node, g) : null];
  },
  jvp: ({ e, node, tangents: [t, , number] }) => {
    const [x, pads] = node.inputs as [string, string];
    const inner = t ?? e.op('Expand', [e.scalar(0, x), shapeOf(e, x)]);
    return [e.op('Pad', inputs(inner, pads, number ?? '', node), { mode: node.attributes.mode })];
  },
};

function inputs(x: string, pads: string, number: string, node: Node): string[] {
  if (node.inputs[3]) return [x, pads, number, node.inputs[3]];
  return number ? [x, pads, number] : [x, pads];
}

function unpad(e: Emitter, node: Node, g: string): string {
  const values = e.values(node.inputs[1]);
  const pads = values ? e.ints(Array.from(values, (pad) => (pad === 0 ? 0 : -pad))) : e.op('Neg', [node.inputs[1]!]);
  return e.op('Pad', inputs(g, pads, '', node));
}

function sumOfBorders(e: Emitter, node: Node, g: string): string {
  const x = node.inputs[0]!;
  const inner = e.op('Expand', [e.scalar(0, x), shapeOf(e, x)]);
  const mask = e.op('Pad', inputs(inner, node.inputs[1]!, e.scalar(1, x), node));
  return reshapeLike(e, e.op('ReduceSum', [e.op('Mul', [g, mask])], { keepdims: 0 }), node.inputs[2]!);
}

/** One axis after the other. */
function foldBorders(e: Emitter, node: Node, g: string): string {
  const x = node.inputs[0]!;
  const rank = e.rank(x);
  const given = node.inputs[3] ? e.values(node.inputs[3]) : null;
  if (rank === undefined || (node.inputs[3] && !given))
    throw new MissingRuleError(node, `its axes and the rank of "${x}" must be known; make the axes constant.`);
  const axes = positiveAxes(given ? Array.from(given) : Array.from({ length: rank }, (_, i) => i), rank);
  const pads = e.values(node.inputs[1]);
  let value = g;
  for (const [i, axis] of axes.entries()) {
    const size = e.shape(x)?.[axis];
    if (!pads) value = byMatrix(e, node, value, axis, rank, e.op('Gather', [node.inputs[1]!, e.ints([i, i + axes.length])]));
    else {
      const [before, after] = [pads[i]!, pads[axes.length + i]!];
      if (before === 0 && after === 0) continue;
      if (isFolded(node, before, after, size)) value = fold(e, stringOf(node, 'mode', ''), value, axis, before, after);
      else value = byMatrix(e, node, value, axis, rank, e.ints([before, after]));
    }
  }
  return value;
}

/** Whether each border is folded at most once. A mirrored border is shorter than its axis; a wrapped one may be longer. */
function isFolded(node: Node, before: number, after: number, size: unknown): boolean {
  const mode = stringOf(node, 'mode', '');
  if (before < 0 || after < 0) return false;
  if (mode === 'edge') return true;
  return typeof size === 'number' ? Math.max(before, after) < size : mode === 'reflect';
}

/** The matrix of the padding is the padded list of an axis's places. */
function byMatrix(e: Emitter, node: Node, value: string, axis: number, rank: number, pads: string): string {
  const x = node.inputs[0]!;
  const length = e.op('Squeeze', [dimsOf(e, x, [axis])]);
  const places = e.op('Range', [e.constant('int64', [0], []), length, e.constant('int64', [1], [])]);
  const seen = e.op('Pad', [places, pads], { mode: node.attributes.mode });
  const hits = e.op('Equal', [unsqueeze(e, seen, [1]), places]);
  return alongAxis(e, value, axis, rank, e.op('Cast', [hits], { to: typeNumber(e.dtype(x)) }));
}

function fold(e: Emitter, mode: string, value: string, axis: number, before: number, after: number): string {
  const cut = (v: string, from: number, to: number): string => slice(e, v, [from], [to], [axis]);
  const turned = (v: string): string => slice(e, v, [-1], [Number.MIN_SAFE_INTEGER], [axis], [-1]);
  const landing = (strip: string): string => {
    if (mode === 'edge') return reduce(e, 'ReduceSum', strip, [axis], true);
    return mode === 'reflect' ? turned(strip) : strip;
  };
  let core = cut(value, before, after > 0 ? -after : END);
  /** Adds a strip to the core between two places, counted from the front or from the back. */
  const add = (strip: string, from: number, to: number): void => {
    const parts = [
      ...(from === 0 ? [] : [cut(core, 0, from)]),
      e.op('Add', [cut(core, from, to), landing(strip)]),
      ...(to === END ? [] : [cut(core, to, END)]),
    ];
    core = parts.length === 1 ? parts[0]! : e.op('Concat', parts, { axis });
  };
  if (before > 0) {
    const strip = cut(value, 0, before);
    if (mode === 'edge') add(strip, 0, 1);
    else if (mode === 'reflect') add(strip, 1, before + 1);
    else add(strip, -before, END);
  }
  if (after > 0) {
    const strip = cut(value, -after, END);
    if (mode === 'edge') add(strip, -1, END);
    else if (mode === 'reflect') add(strip, -1 - after, -1);
    else add(strip, 0, after);
  }
  return core;
}

const END = Number.MAX_SAFE_INTEGER;
