import type { Dim, Node } from '@incognita/onnx';
import { comparable } from './comparable.js';
import type { Emitter } from './emitter.js';
import { demandShortWindow } from './modest.js';
import { reshapeLike, slice, typeNumber, unsqueeze } from './shapes.js';
import type { Window } from './window.js';

/** One axis of a max-pool taken alone: `after` is the maximum of `before` over the window's places along `axis`. */
interface Stage {
  readonly axis: number;
  readonly before: string;
  readonly after: string;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly begin: number;
  readonly end: number;
  readonly ceil: boolean;
  /** Lengths of the axis before and after, where they are known before the run. */
  readonly from: number | null;
  readonly to: number | null;
}

/** How the axes lie while the gradient is computed. */
interface Layout {
  readonly rank: number;
  /** Number of an axis of space (counted from zero) in this layout. */
  axis(space: number): number;
  enter(value: string): string;
  leave(value: string): string;
  /** The model's [n, c, …] in the order of this layout. */
  sizes(shape: readonly Dim[]): Dim[];
}

/**
 * The cotangent of a max-pool's input: each window's goes to its first maximum in row-major order, as in PyTorch.
 *
 * A maximum over a rectangle is one over columns of maxima over rows, so the axes are undone one after the other: the
 * first row that holds the maximum, then the first place in that row. On CPU with channels last, where every strided view
 * is a copy of whole blocks of channels and the change of layout is part of leaving the convolutions' blocked layout.
 */
export function maxPoolGradient(e: Emitter, node: Node, window: Window, g: string): string {
  const layout = e.form === 'cpu' ? channelsLast(e, window.rank) : channelsFirst(window.rank);
  let value = layout.enter(g);
  const sizes = layout.sizes(e.shape(node.outputs[0]!) ?? []);
  for (const stage of stagesOf(e, node, window).reverse()) {
    const before = layout.enter(stage.before);
    const hits = hitsOf(e, stage, layout, before);
    const parts: string[] = [];
    for (const hit of hits.slice(0, -1)) {
      const part = e.op('Mul', [value, e.op('Cast', [hit], { to: typeNumber(e.dtype(node.inputs[0]!)) })]);
      parts.push(part);
      value = e.op('Sub', [value, part]);
    }
    value = spread(e, [...parts, value], stage, layout, before, sizes);
    sizes[layout.axis(stage.axis)] = stage.from;
  }
  return layout.leave(value);
}

/** The tangent of a max-pool's output: that of each window's first maximum. */
export function maxPoolTangent(e: Emitter, node: Node, window: Window, t: string): string {
  const y = node.outputs[0]!;
  if (e.form === 'cpu') {
    const at = e.op('Reshape', [indicesOf(e, node), e.ints([-1])]);
    const taken = e.op('Gather', [e.op('Reshape', [t, e.repeat ? e.ints([0, -1]) : e.ints([-1])]), at], {
      axis: e.repeat ? 1 : 0,
    });
    if (!e.repeat) return reshapeLike(e, taken, y);
    const part = (v: string, from: number, to: number): string => slice(e, e.op('Shape', [v]), [from], [to], [0]);
    return e.op('Reshape', [taken, e.op('Concat', [part(t, 0, 1), part(y, 1, window.rank + 2)], { axis: 0 })]);
  }
  const layout = channelsFirst(window.rank);
  let value = t;
  for (const stage of stagesOf(e, node, window)) {
    const hits = hitsOf(e, stage, layout, stage.before);
    const views = viewsOf(e, stage, layout, value, stage.after, 0);
    value = views.at(-1)!;
    for (let i = hits.length - 2; i >= 0; i--) value = e.op('Where', [hits[i]!, views[i]!, value]);
  }
  return value;
}

function channelsFirst(space: number): Layout {
  return { rank: space + 2, axis: (i) => i + 2, enter: (value) => value, leave: (value) => value, sizes: (shape) => [...shape] };
}

function channelsLast(e: Emitter, space: number): Layout {
  const axes = Array.from({ length: space }, (_, i) => i);
  return {
    rank: space + 2,
    axis: (i) => i + 1,
    enter: (value) => e.op('Transpose', [value], { perm: [0, ...axes.map((i) => i + 2), 1] }),
    leave: (value) => e.op('Transpose', [value], { perm: [0, space + 1, ...axes.map((i) => i + 1)] }),
    sizes: ([n = null, c = null, ...rest]) => [n, ...rest, c],
  };
}

/** The pool as one-dimensional pools, the last axis first. */
function stagesOf(e: Emitter, node: Node, window: Window): Stage[] {
  const { kernel, strides, dilations, begin, end } = window;
  demandShortWindow(node, [...kernel, ...strides]);
  const { ceil_mode } = node.attributes;
  const ceil = ceil_mode?.type === 'int' && ceil_mode.value === 1;
  const active = kernel.flatMap((k, i) => (k > 1 || strides[i]! > 1 ? [i] : [])).reverse();
  let before = comparable(e, node.inputs[0]!);
  const given = before === node.inputs[0]!;
  const known = (name: string, axis: number): number | null => {
    const size = e.shape(name)?.[axis + 2];
    return typeof size === 'number' ? size : null;
  };
  return active.map((axis, at) => {
    const one = (values: readonly number[], rest: number): number[] => values.map((v, i) => (i === axis ? v : rest));
    const attributes = {
      kernel_shape: one(kernel, 1),
      strides: one(strides, 1),
      dilations: dilations.some((d) => d !== 1) ? one(dilations, 1) : undefined,
      pads: [...one(begin, 0), ...one(end, 0)],
      ceil_mode: ceil ? 1 : undefined,
    };
    const after = given && at === active.length - 1 ? node.outputs[0]! : e.op('MaxPool', [before], attributes);
    const stage: Stage = {
      axis,
      before,
      after,
      kernel: kernel[axis]!,
      stride: strides[axis]!,
      dilation: dilations[axis]!,
      begin: begin[axis]!,
      end: end[axis]!,
      ceil,
      from: known(node.inputs[0]!, axis),
      to: known(node.outputs[0]!, axis),
    };
    before = after;
    return stage;
  });
}

/** Whether each place of the window equals the window's maximum. */
function hitsOf(e: Emitter, stage: Stage, layout: Layout, before: string): string[] {
  const after = layout.enter(stage.after);
  return viewsOf(e, stage, layout, before, after, -Infinity).map((view) => e.op('Equal', [view, after]));
}

/** A tensor (of the shape of `before`) seen through every place of the window: each of the shape of `after`. */
function viewsOf(e: Emitter, stage: Stage, layout: Layout, value: string, target: string, fill: number): string[] {
  const axis = layout.axis(stage.axis);
  const { kernel, stride, dilation, begin } = stage;
  const { from, to } = stage;
  const reach = dilation * (kernel - 1);
  const last = from !== null && to !== null ? (to - 1) * stride + reach + 1 - begin - from : null;
  const after = last ?? (stage.end > 0 || stage.ceil ? reach + stride : 0);
  const pads = new Array<number>(2 * layout.rank).fill(0);
  pads[axis] = begin;
  pads[layout.rank + axis] = Math.max(0, after);
  const padded = begin > 0 || after > 0 ? e.op('Pad', [value, e.ints(pads), e.scalar(fill, value)]) : value;
  const count = to === null ? slice(e, e.op('Shape', [target]), [axis], [axis + 1], [0]) : null;
  const length = count && e.op('Add', [e.op('Mul', [count, e.ints([stride])]), e.ints([1 - stride])]);
  return Array.from({ length: kernel }, (_, i) => {
    const offset = i * dilation;
    const end = length ? e.op('Add', [length, e.ints([offset])]) : [offset + (to! - 1) * stride + 1];
    return slice(e, padded, [offset], end, [axis], [stride]);
  });
}

/**
 * The adjoint of the views: puts what belongs to each place of the window back to where it was seen, and sums. The places
 * of one phase of the stride are shifted and added, then the phases are interleaved.
 */
function spread(
  e: Emitter,
  parts: readonly string[],
  stage: Stage,
  layout: Layout,
  before: string,
  sizes: readonly Dim[],
): string {
  const axis = layout.axis(stage.axis);
  const { stride, dilation, kernel, begin } = stage;
  const room = Math.ceil((dilation * (kernel - 1)) / stride);
  const phases: (string | null)[] = new Array<string | null>(stride).fill(null);
  for (const [i, part] of parts.entries()) {
    const offset = i * dilation;
    const shift = Math.floor(offset / stride);
    const pads = new Array<number>(2 * layout.rank).fill(0);
    pads[axis] = shift;
    pads[layout.rank + axis] = room - shift;
    const placed = room === 0 ? part : e.op('Pad', [part, e.ints(pads)]);
    const phase = phases[offset % stride];
    phases[offset % stride] = phase ? e.op('Add', [phase, placed]) : placed;
  }
  const whole =
    stride === 1 ? phases[0]! : interleave(e, phases, axis, layout.rank, sizes, stage.to === null ? null : stage.to + room);
  if (stage.from !== null && stage.to !== null) {
    if (begin === 0 && stage.from === (stage.to + room) * stride) return whole;
    return slice(e, whole, [begin], [begin + stage.from], [axis]);
  }
  const size = slice(e, e.op('Shape', [before]), [axis], [axis + 1], [0]);
  return slice(e, whole, [begin], begin === 0 ? size : e.op('Add', [size, e.ints([begin])]), [axis]);
}

function interleave(
  e: Emitter,
  phases: readonly (string | null)[],
  axis: number,
  rank: number,
  sizes: readonly Dim[],
  count: number | null,
): string {
  const some = phases.find((phase) => phase !== null)!;
  const zero = phases.includes(null) ? e.op('Sub', [some, some]) : some;
  const stacked = e.op(
    'Concat',
    phases.map((phase) => unsqueeze(e, phase ?? zero, [axis + 1])),
    { axis: axis + 1 },
  );
  const lead = new Array<number>(axis).fill(0);
  const rest = sizes.slice(axis + 1);
  if (rest.every((size) => typeof size === 'number')) {
    const length = count === null ? -1 : count * phases.length;
    return e.op('Reshape', [stacked, e.ints([...lead, length, ...rest])]);
  }
  if (axis === rank - 1) return e.op('Reshape', [stacked, e.ints([...lead, -1])]);
  const tail = slice(e, e.op('Shape', [some]), [axis + 1], [rank], [0]);
  return e.op('Reshape', [stacked, e.op('Concat', [e.ints([...lead, -1]), tail], { axis: 0 })]);
}

/** Positions of the maxima in the flattened input: from a pool of its own, so that the forward one keeps its fast form. */
function indicesOf(e: Emitter, node: Node): string {
  if (node.outputs[1] && !node.attributes.storage_order) return node.outputs[1];
  const { storage_order: _, ...attributes } = node.attributes;
  return e.ops('MaxPool', node.inputs, 2, attributes)[1]!;
}
