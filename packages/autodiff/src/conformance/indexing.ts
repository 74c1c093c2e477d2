import type { Draw } from './draw.js';
import { type Case, type Generator, single } from './problem.js';

/** Constant or fed indices. */
function positions(draw: Draw, dims: readonly number[], size: number): Case['inputs'][number] {
  const indices = draw.indices(dims, size);
  return draw.chance() ? indices : { ints: Array.from(indices.data, Number), dims };
}

function gather(draw: Draw): Case {
  const dims = draw.dims();
  const axis = draw.axis(dims.length);
  const at = draw.dims({ rank: [0, 2], max: 3, empty: 0.05 });
  return { op: 'Gather', inputs: [dims, positions(draw, at, dims.at(axis)!)], attributes: { axis } };
}

/** Indices into the leading axes of `dims`: [..., depth]. */
function tuples(draw: Draw, outer: readonly number[], sizes: readonly number[]): Case['inputs'][number] {
  const count = outer.reduce((a, b) => a * b, 1);
  const ints = draw.times(count, () => sizes.map((size) => draw.integer(draw.chance(0.2) ? -size : 0, size - 1))).flat();
  return { ints, dims: [...outer, sizes.length] };
}

function gatherND(draw: Draw): Case {
  const dims = draw.dims({ rank: [1, 4] });
  const batches = draw.chance(0.3) ? draw.integer(0, dims.length - 1) : 0;
  const depth = draw.integer(1, dims.length - batches);
  const outer = [...dims.slice(0, batches), ...draw.dims({ rank: [batches > 0 ? 0 : 1, 2], max: 3 })];
  const inputs = [dims, tuples(draw, outer, dims.slice(batches, batches + depth))];
  return { op: 'GatherND', inputs, attributes: batches > 0 ? { batch_dims: batches } : {} };
}

function gatherElements(draw: Draw): Case {
  const dims = draw.dims();
  const axis = draw.axis(dims.length);
  const at = dims.map((d) => draw.integer(1, d)).with(axis, draw.integer(1, 4));
  return { op: 'GatherElements', inputs: [dims, positions(draw, at, dims.at(axis)!)], attributes: { axis } };
}

/** Numbers to scatter into and to scatter, and how they meet: with zeros among the factors of a product, with ties of an extremum. */
function reduced(draw: Draw, dims: readonly number[], at: readonly number[]) {
  const reduction = draw.pick(['add', 'mul', 'max', 'min']);
  const ties = reduction !== 'add' && draw.chance(0.4);
  const data = ties ? draw.ties(dims) : draw.values(dims, -1.5, 1.5);
  const given = ties ? draw.ties(at) : draw.values(at, -1.47, 1.53);
  return { data, given, reduction, kinked: ties && reduction !== 'mul' };
}

/** Without a reduction no place is named twice: the result would not be defined. */
function scatterElements(draw: Draw): Case {
  const dims = draw.dims();
  const axis = draw.axis(dims.length);
  const size = dims.at(axis)!;
  const adds = draw.chance();
  const at = dims.map((d) => draw.integer(1, d)).with(axis, adds ? draw.integer(1, size + 1) : draw.integer(1, size));
  if (adds) {
    const { data, given, reduction, kinked } = reduced(draw, dims, at);
    return { op: 'ScatterElements', inputs: [data, draw.indices(at, size), given], attributes: { axis, reduction }, kinked };
  }
  const place = draw.order(size);
  const depth = at.slice(dims.length + (axis < 0 ? axis : axis - dims.length) + 1).reduce((a, b) => a * b, 1);
  const length = at.at(axis)!;
  const ints = Array.from({ length: at.reduce((a, b) => a * b, 1) }, (_, i) => place[Math.floor(i / depth) % length]!);
  return { op: 'ScatterElements', inputs: [dims, { ints, dims: at }, at], attributes: { axis } };
}

function scatterND(draw: Draw): Case {
  const dims = draw.dims();
  const rest = dims.slice(1);
  const adds = draw.chance();
  const count = draw.integer(1, dims[0]!);
  const { data, given, reduction, kinked } = reduced(draw, dims, [count, ...rest]);
  const ints = adds ? draw.times(count, () => draw.integer(-dims[0]!, dims[0]! - 1)) : draw.order(dims[0]!).slice(0, count);
  return {
    op: 'ScatterND',
    inputs: [data, { ints, dims: [count, 1] }, given],
    attributes: adds ? { reduction } : {},
    kinked: adds && kinked,
  };
}

function topK(draw: Draw): Case {
  const dims = draw.dims({ max: 6 });
  const axis = draw.axis(dims.length);
  const attributes = { axis, largest: draw.integer(0, 1) };
  return { op: 'TopK', inputs: [dims, { ints: [draw.integer(1, dims.at(axis)!)] }], attributes, outputs: 2 };
}

function cumSum(draw: Draw): Case {
  const dims = draw.dims();
  const attributes = { exclusive: draw.integer(0, 1), reverse: draw.integer(0, 1) };
  return { op: 'CumSum', inputs: [dims, { ints: [draw.axis(dims.length)], dims: [] }], attributes };
}

function reverseSequence(draw: Draw): Case {
  const dims = draw.dims({ rank: [2, 4], max: 5 });
  const time = draw.integer(0, 1);
  const lengths = draw.times(dims[1 - time]!, () => draw.integer(1, dims[time]!));
  const attributes = draw.chance(0.3) && time === 0 ? {} : { time_axis: time, batch_axis: 1 - time };
  return { op: 'ReverseSequence', inputs: [dims, { ints: lengths }], attributes };
}

function trilu(draw: Draw): Case {
  const dims = draw.dims({ rank: [2, 4], max: 5 });
  const inputs = draw.chance() ? [dims, { ints: [draw.integer(-3, 3)], dims: [] }] : [dims];
  return { op: 'Trilu', inputs, attributes: { upper: draw.integer(0, 1) } };
}

const of =
  (make: (draw: Draw) => Case): Generator =>
  (draw) =>
    single(draw, make(draw));

export const indexing: Readonly<Record<string, Generator>> = {
  Gather: of(gather),
  GatherElements: of(gatherElements),
  GatherND: of(gatherND),
  ScatterElements: of(scatterElements),
  ScatterND: of(scatterND),
  TopK: of(topK),
  CumSum: of(cumSum),
  ReverseSequence: of(reverseSequence),
  Trilu: of(trilu),
};
