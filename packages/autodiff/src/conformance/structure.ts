import type { Draw } from './draw.js';
import { type Case, type Generator, single } from './problem.js';

/** The same number of elements in another shape: neighbouring axes merge, one size may be −1, a copied one 0. */
function reshape(draw: Draw): Case {
  const dims = draw.dims({ rank: [1, 4] });
  const kind = draw.pick(['merge', 'flat', 'copy', 'ones'] as const);
  const target = {
    flat: [-1],
    merge: dims.length > 1 ? [dims[0]! * dims[1]!, ...dims.slice(2)] : [-1],
    copy: [0, -1, 1],
    ones: [1, ...dims, 1],
  }[kind];
  return { op: 'Reshape', inputs: [dims, { ints: target }] };
}

function squeeze(draw: Draw): Case {
  const dims = draw.dims({ rank: [1, 3] });
  const rank = dims.length + 2;
  const axes = draw
    .order(rank)
    .slice(0, 2)
    .sort((a, b) => a - b);
  const wide = Array.from({ length: rank }, (_, i) => (axes.includes(i) ? 1 : 0));
  const sizes = [...dims];
  const full = wide.map((one) => (one === 1 ? 1 : sizes.shift()!));
  return { op: 'Squeeze', inputs: [full, { ints: axes.map((axis) => (draw.chance() ? axis : axis - rank)) }] };
}

function unsqueeze(draw: Draw): Case {
  const dims = draw.dims({ rank: [0, 3], empty: 0.05 });
  return { op: 'Unsqueeze', inputs: [dims, { ints: draw.axes(dims.length + 2, 2) }] };
}

function concat(draw: Draw): Case {
  const dims = draw.dims({ empty: 0.05 });
  const axis = draw.axis(dims.length);
  const inputs = draw.times(draw.integer(1, 4), () => dims.with(axis, draw.integer(draw.chance(0.1) ? 0 : 1, 3)));
  const by = draw.chance(0.3) ? { by: [draw.integer(0, inputs.length - 1)] } : {};
  return { op: 'Concat', inputs, attributes: { axis }, ...by };
}

function transpose(draw: Draw): Case {
  const dims = draw.dims({ empty: 0.05 });
  return { op: 'Transpose', inputs: [dims], attributes: draw.chance(0.2) ? {} : { perm: draw.order(dims.length) } };
}

function flatten(draw: Draw): Case {
  const dims = draw.dims();
  return { op: 'Flatten', inputs: [dims], attributes: { axis: draw.integer(-dims.length, dims.length) } };
}

function expand(draw: Draw): Case {
  const [x, shape] = draw.partners(2, { rank: [0, 4], empty: 0.05 }) as [number[], number[]];
  return { op: 'Expand', inputs: [x, { ints: shape }] };
}

function tile(draw: Draw): Case {
  const dims = draw.dims();
  return { op: 'Tile', inputs: [dims, { ints: dims.map(() => draw.integer(1, 3)) }] };
}

const whole =
  (op: string, attributes: Case['attributes'] = {}): Generator =>
  (draw) =>
    single(draw, { op, inputs: [draw.dims({ rank: [0, 4], empty: 0.05 })], attributes });

const of =
  (make: (draw: Draw) => Case): Generator =>
  (draw) =>
    single(draw, make(draw));

export const structure: Readonly<Record<string, Generator>> = {
  Identity: whole('Identity'),
  Dropout: whole('Dropout'),
  Cast: whole('Cast', { to: 1 }),
  Reshape: of(reshape),
  Flatten: of(flatten),
  Squeeze: of(squeeze),
  Unsqueeze: of(unsqueeze),
  Transpose: of(transpose),
  Concat: of(concat),
  Expand: of(expand),
  Tile: of(tile),
};
