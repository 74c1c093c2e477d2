import type { Node } from '@incognita/onnx';
import { intOf, intsOf } from '../emit/attributes.js';
import type { Emitter } from '../emit/emitter.js';
import { dimsOf, positiveAxes, reduceTo, reshapeLike, reshapeTo, shapeOf, slice, unsqueeze } from '../emit/shapes.js';
import type { Rule } from '../types.js';
import { linear } from './elementwise.js';

/** Broadcasting to a shape. */
export const Expand: Rule = linear((e, node, g) => reduceTo(e, g, node.outputs[0]!, node.inputs[0]!));

/** Backwards the parts are put together again; parts that nobody used are zero. */
export const Split: Rule = {
  vjp: ({ e, node, cotangents }) => {
    const parts = node.outputs.map((output, i) => cotangents[i] ?? e.op('Expand', [e.scalar(0, output), shapeOf(e, output)]));
    return [e.op('Concat', parts, { axis: intOf(node, 'axis', 0) })];
  },
  jvp: ({ e, node, tangents: [t] }) => e.ops('Split', node.inputs.with(0, t!), node.outputs.length, node.attributes),
};

interface Cut {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly count: number;
  readonly size: number;
}

/** A strided view: the adjoint spreads the steps apart and pads; numbers known before the run, else a scatter. */
export const Slice: Rule = {
  vjp: ({ e, node, g }) => {
    const cuts = constantCuts(e, node);
    if (!cuts) return [scatterBack(e, node, g)];
    const x = node.inputs[0]!;
    if (cuts.some((cut) => cut.count === 0)) return [e.op('Expand', [e.scalar(0, x), shapeOf(e, x)])];
    return [cuts.reduce((value, cut) => putBack(e, node, value, cut), g)];
  },
  jvp: ({ e, node, tangents: [t] }) => [e.op('Slice', node.inputs.with(0, t!), node.attributes)],
};

function constantCuts(e: Emitter, node: Node): Cut[] | null {
  const x = node.inputs[0]!;
  const rank = e.rank(x);
  const list = (input: number, name: string): number[] | null => {
    const attribute = intsOf(node, name);
    if (attribute) return [...attribute];
    const values = e.values(node.inputs[input]);
    return values ? Array.from(values) : null;
  };
  const starts = list(1, 'starts');
  const ends = list(2, 'ends');
  if (!starts || !ends || rank === undefined) return null;
  if ((node.inputs[3] && !list(3, 'axes')) || (node.inputs[4] && !list(4, 'steps'))) return null;
  const axes = positiveAxes(list(3, 'axes') ?? starts.map((_, i) => i), rank);
  const steps = list(4, 'steps') ?? starts.map(() => 1);
  const cuts: Cut[] = [];
  for (const [i, axis] of axes.entries()) {
    const size = e.shape(x)?.[axis];
    if (typeof size !== 'number') return null;
    const step = steps[i]!;
    const clamp = (v: number, low: number, high: number): number => Math.min(Math.max(v < 0 ? v + size : v, low), high);
    const start = step > 0 ? clamp(starts[i]!, 0, size) : clamp(starts[i]!, 0, size - 1);
    const end = step > 0 ? clamp(ends[i]!, 0, size) : clamp(ends[i]!, -1, size - 1);
    cuts.push({ axis, start, step, size, count: Math.max(0, Math.ceil((end - start) / step)) });
  }
  return cuts.filter((cut) => !(cut.count === cut.size && cut.step === 1));
}

function putBack(e: Emitter, node: Node, g: string, { axis, start, step, count, size }: Cut): string {
  const rank = e.rank(node.inputs[0]!)!;
  let value = g;
  let first = start;
  const stride = Math.abs(step);
  if (step < 0) {
    value = slice(e, value, [-1], [Number.MIN_SAFE_INTEGER], [axis], [-1]);
    first = start + step * (count - 1);
  }
  const span = stride * (count - 1) + 1;
  if (stride > 1) {
    const apart = new Array<number>(2 * (rank + 1)).fill(0);
    apart[rank + 1 + axis + 1] = stride - 1;
    const spread = e.op('Pad', [unsqueeze(e, value, [axis + 1]), e.ints(apart)]);
    const sizes = e.op('Shape', [value]);
    const part = (from: number, to: number): string => e.op('Slice', [sizes, e.ints([from]), e.ints([to]), e.ints([0])]);
    const wide = e.op('Concat', [part(0, axis), e.ints([count * stride]), part(axis + 1, rank)], { axis: 0 });
    const merged = reshapeTo(e, spread, wide);
    value = slice(e, merged, [0], [span], [axis]);
  }
  const pads = new Array<number>(2 * rank).fill(0);
  pads[axis] = first;
  pads[rank + axis] = size - first - span;
  return e.op('Pad', [value, e.ints(pads)]);
}

/** Numbers each place of the axis, cuts the numbers like the tensor, and scatters by them; one axis after the other. */
function scatterBack(e: Emitter, node: Node, g: string): string {
  const x = node.inputs[0]!;
  const rank = e.rank(x);
  const axesInput = node.inputs[3] ? e.values(node.inputs[3]) : null;
  const count = e.shape(node.inputs[1]!)?.[0];
  const stated = axesInput
    ? Array.from(axesInput)
    : typeof count === 'number' && count <= (rank ?? 0)
      ? Array.from({ length: count }, (_, i) => i)
      : null;
  if (rank === undefined || (node.inputs[3] && !axesInput) || !stated) return scatterFlat(e, node, g);
  const vector = (input: number): string => e.op('Cast', [node.inputs[input]!], { to: 7 });
  let value = g;
  for (const [i, axis] of positiveAxes(stated, rank).entries()) {
    const scalar = (v: string): string => e.op('Reshape', [v, e.constant('int64', [], [0])]);
    const length = dimsOf(e, x, [axis]);
    const places = e.op('Range', [e.constant('int64', [0], []), scalar(length), e.constant('int64', [1], [])]);
    const at = (v: string): string => e.op('Gather', [v, e.ints([i])]);
    const inputs = [places, at(vector(1)), at(vector(2)), e.ints([0])];
    const chosen = e.op('Slice', node.inputs[4] ? [...inputs, at(vector(4))] : inputs);
    const aligned = e.op('Reshape', [chosen, e.ints(Array.from({ length: rank }, (_, k) => (k === axis ? -1 : 1)))]);
    const sizes = e.op('Shape', [value]);
    const part = (from: number, to: number): string => e.op('Slice', [sizes, e.ints([from]), e.ints([to]), e.ints([0])]);
    const wide = e.op('Concat', [part(0, axis), length, part(axis + 1, rank)], { axis: 0 });
    const zeros = e.op('Expand', [e.scalar(0, x), wide]);
    value = e.op('ScatterElements', [zeros, e.op('Expand', [aligned, sizes]), value], { axis });
  }
  return value;
}

/** The same where not even the axes are known: numbers every element. */
function scatterFlat(e: Emitter, node: Node, g: string): string {
  const x = node.inputs[0]!;
  const numbers = e.op('Range', [e.constant('int64', [0], []), e.op('Size', [x]), e.constant('int64', [1], [])]);
  const chosen = e.op('Slice', [reshapeLike(e, numbers, x), ...node.inputs.slice(1)]);
  const flat = (v: string): string => e.op('Reshape', [v, e.ints([-1])]);
  const zeros = e.op('Expand', [e.scalar(0, x), e.op('Reshape', [e.op('Size', [x]), e.ints([1])])]);
  return reshapeLike(e, e.op('ScatterElements', [zeros, flat(chosen), flat(g)]), x);
}
