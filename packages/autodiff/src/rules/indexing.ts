import type { Node } from '@incognita/onnx';
import { intOf, stringOf } from '../emit/attributes.js';
import type { Emitter } from '../emit/emitter.js';
import { scatterAdd } from '../emit/scatterAdd.js';
import { dimsOf, shapeOf, unsqueeze } from '../emit/shapes.js';
import { MissingRuleError } from '../errors.js';
import type { JvpCall, Rule } from '../types.js';
import { linear } from './elementwise.js';

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
      const list = e.op('Reshape', [indices, e.ints([-1, 1])]);
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
  if (intOf(node, 'batch_dims', 0) !== 0) throw new MissingRuleError(node, 'batch_dims other than 0 has no rule.');
  const [x, indices] = node.inputs as [string, string];
  return scatterAdd(e, 'ScatterND', x, indices, g);
});

/** Elements that were overwritten get nothing; what was written gets its place's cotangent. */
function scatter(gather: string): Rule {
  const adds = (node: Node): boolean => {
    const reduction = stringOf(node, 'reduction', 'none');
    if (reduction !== 'none' && reduction !== 'add') throw new MissingRuleError(node, `reduction ${reduction} has no rule.`);
    return reduction === 'add';
  };
  return {
    vjp: ({ e, node, g, needs }) => {
      const [, indices, updates] = node.inputs as [string, string, string];
      const attributes = gather === 'GatherElements' ? { axis: intOf(node, 'axis', 0) } : {};
      const plain = adds(node);
      return [
        needs(0) ? (plain ? g : e.op(node.op, [g, indices, zeros(e, updates)], attributes)) : null,
        null,
        needs(2) ? e.op(gather, [g, indices], attributes) : null,
      ];
    },
    jvp: ({ e, node, tangents: [t, , u] }: JvpCall) => {
      adds(node);
      const [x, indices, updates] = node.inputs as [string, string, string];
      return [e.op(node.op, [t ?? zeros(e, x), indices, u ?? zeros(e, updates)], node.attributes)];
    },
  };
}

export const ScatterElements: Rule = scatter('GatherElements');

export const ScatterND: Rule = scatter('GatherND');

/** The largest values: a gather at positions that are data. */
export const TopK: Rule = {
  vjp: ({ e, node, g }) => {
    const [x] = node.inputs as [string];
    const at = node.outputs[1] || again(e, node)[1]!;
    return [scatterAdd(e, 'ScatterElements', x, at, g, { axis: intOf(node, 'axis', -1) })];
  },
  jvp: ({ e, node, tangents: [t] }) => [
    e.op('GatherElements', [t!, node.outputs[1] || again(e, node)[1]!], { axis: intOf(node, 'axis', -1) }),
    null,
  ],
};

function again(e: Emitter, node: Node): string[] {
  return e.ops('TopK', node.inputs, 2, node.attributes);
}

function zeros(e: Emitter, like: string): string {
  return e.op('Expand', [e.scalar(0, like), shapeOf(e, like)]);
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

/** A running sum runs back. */
export const CumSum: Rule = linear((e, node, g) =>
  e.op('CumSum', [g, node.inputs[1]!], { exclusive: intOf(node, 'exclusive', 0), reverse: 1 - intOf(node, 'reverse', 0) }),
);

/** A triangle of each matrix. */
export const Trilu: Rule = linear((e, node, g) => e.op('Trilu', node.inputs.with(0, g), node.attributes));
