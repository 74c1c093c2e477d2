import type { Node } from '@incognita/onnx';
import { intOf } from '../emit/attributes.js';
import type { Emitter } from '../emit/emitter.js';
import { scatterAdd } from '../emit/scatterAdd.js';
import { dimsOf, shapeOf, slice, unsqueeze } from '../emit/shapes.js';
import { MissingRuleError } from '../errors.js';
import type { Rule } from '../types.js';
import { again, linear } from './elementwise.js';

/** Rows (of any axis) by number; the adjoint adds every row back to where it came from. */
export const Gather: Rule = {
  vjp: ({ e, node, g }) => {
    const [x, indices] = node.inputs as [string, string];
    const rank = rankOf(e, node, x);
    const axis = intOf(node, 'axis', 0);
    const at = axis < 0 ? axis + rank : axis;
    const single = e.values(indices);
    const size = e.shape(x)?.[at];
    if (single?.length === 1 && typeof size === 'number') {
      const place = single[0]! < 0 ? single[0]! + size : single[0]!;
      const pads = new Array<number>(2 * rank).fill(0);
      pads[at] = place;
      pads[rank + at] = size - 1 - place;
      const row = e.rank(indices) === 0 ? unsqueeze(e, g, [at]) : dropIndexAxes(e, node, g, at);
      return [e.op('Pad', [row, e.ints(pads)])];
    }
    if (at === 0) {
      // ScatterND knows int64 only, Gather int32 as well.
      const whole = e.dtype(indices) === 'int64' ? indices : e.op('Cast', [indices], { to: 7 });
      const list = e.op('Reshape', [whole, e.ints([-1, 1])]);
      const rows = e.op('Reshape', [g, e.op('Concat', [e.ints([-1]), dimsOf(e, x, range(1, rank))], { axis: 0 })]);
      return [scatterAdd(e, 'ScatterND', x, list, rows)];
    }
    const rows = dropIndexAxes(e, node, g, at);
    const aligned = e.op('Reshape', [indices, e.ints(range(0, rank).map((i) => (i === at ? -1 : 1)))]);
    const everywhere = e.op('Expand', [aligned, e.op('Shape', [rows])]);
    return [scatterAdd(e, 'ScatterElements', x, everywhere, rows, { axis: at })];
  },
  jvp: ({ e, node, tangents: [t] }) => [e.op('Gather', node.inputs.with(0, t!), node.attributes)],
};

/** The axes of the indices become one: the gathered axis. */
function dropIndexAxes(e: Emitter, node: Node, g: string, axis: number): string {
  if (e.rank(node.inputs[1]!) === 1) return g;
  const x = node.inputs[0]!;
  const rank = rankOf(e, node, x);
  const shape = [dimsOf(e, x, range(0, axis)), e.ints([-1]), dimsOf(e, x, range(axis + 1, rank))];
  return e.op('Reshape', [g, e.op('Concat', shape, { axis: 0 })]);
}

export const GatherElements: Rule = linear((e, node, g) => {
  const [x, indices] = node.inputs as [string, string];
  return scatterAdd(e, 'ScatterElements', x, indices, g, { axis: intOf(node, 'axis', 0) });
});

export const GatherND: Rule = linear((e, node, g) => {
  return scatterAdd(e, 'ScatterND', node.inputs[0]!, wholeIndices(e, node), g);
});

/** The indices of a GatherND with the numbers of their batches before them. */
function wholeIndices(e: Emitter, node: Node): string {
  const indices = node.inputs[1]!;
  const batches = intOf(node, 'batch_dims', 0);
  if (batches === 0) return indices;
  const rank = rankOf(e, node, indices);
  const wide = e.op('Concat', [slice(e, e.op('Shape', [indices]), [0], [-1], [0]), e.ints([1])], { axis: 0 });
  const numbers = range(0, batches).map((axis) => {
    const length = e.op('Squeeze', [dimsOf(e, indices, [axis])]);
    const places = e.op('Range', [e.constant('int64', [0], []), length, e.constant('int64', [1], [])]);
    return e.op('Expand', [e.op('Reshape', [places, e.ints(range(0, rank).map((i) => (i === axis ? -1 : 1)))]), wide]);
  });
  return e.op('Concat', [...numbers, indices], { axis: -1 });
}

/** The largest values: a gather at positions that are data. */
export const TopK: Rule = {
  vjp: ({ e, node, g }) => {
    const [x] = node.inputs as [string];
    const at = node.outputs[1] || topAgain(e, node)[1]!;
    return [scatterAdd(e, 'ScatterElements', x, at, g, { axis: intOf(node, 'axis', -1) })];
  },
  jvp: ({ e, node, tangents: [t] }) => [
    e.op('GatherElements', [t!, node.outputs[1] || topAgain(e, node)[1]!], { axis: intOf(node, 'axis', -1) }),
    null,
  ],
};

function topAgain(e: Emitter, node: Node): string[] {
  return e.ops('TopK', node.inputs, 2, node.attributes);
}

function rankOf(e: Emitter, node: Node, name: string): number {
  const rank = e.rank(name);
  if (rank === undefined) throw new MissingRuleError(node, `the rank of "${name}" is not known.`);
  return rank;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** Repeats along axes; the adjoint sums the copies. */
export const Tile: Rule = {
  vjp: ({ e, node, g }) => {
    const [x, repeats] = node.inputs as [string, string];
    const rank = rankOf(e, node, x);
    const pairs = e.op('Concat', [unsqueeze(e, repeats, [1]), unsqueeze(e, shapeOf(e, x), [1])], { axis: 1 });
    const apart = e.op('Reshape', [g, e.op('Reshape', [pairs, e.ints([-1])])]);
    const axes = range(0, rank).map((i) => 2 * i);
    return [e.op('ReduceSum', [apart, e.ints(axes)], { keepdims: 0 })];
  },
  jvp: ({ e, node, tangents: [t] }) => [e.op('Tile', [t!, node.inputs[1]!])],
};

/** Turns sequences round, each by its length: done twice, nothing has changed. */
export const ReverseSequence: Rule = {
  vjp: ({ e, node, g }) => [again(e, node, 0, g)],
  jvp: ({ e, node, tangents: [t] }) => {
    if (e.repeat)
      throw new MissingRuleError(node, 'its lengths belong to one batch: ask without `repeat`, or for one tangent at a time.');
    return [again(e, node, 0, t!)];
  },
};

/** A running sum runs back. */
export const CumSum: Rule = linear((e, node, g) =>
  e.op('CumSum', [g, node.inputs[1]!], { exclusive: intOf(node, 'exclusive', 0), reverse: 1 - intOf(node, 'reverse', 0) }),
);

/** A triangle of each matrix. */
export const Trilu: Rule = linear((e, node, g) => e.op('Trilu', node.inputs.with(0, g), node.attributes));
