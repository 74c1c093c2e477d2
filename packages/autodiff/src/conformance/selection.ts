import type { Draw } from './draw.js';
import { type Case, type Generator, single } from './problem.js';

function compress(draw: Draw): Case {
  const dims = draw.dims();
  const axis = draw.chance(0.7) ? draw.axis(dims.length) : undefined;
  const length = axis === undefined ? dims.reduce((a, b) => a * b, 1) : dims.at(axis)!;
  return { op: 'Compress', inputs: [dims, draw.truths([draw.integer(1, length)])], attributes: { axis } };
}

/** Distances between the different numbers are far larger than the step of a difference. */
function unique(draw: Draw): Case {
  const dims = draw.dims({ max: 3 });
  const axis = draw.chance() ? draw.axis(dims.length) : undefined;
  const kinked = draw.chance();
  return {
    op: 'Unique',
    inputs: [kinked ? draw.ties(dims) : dims],
    attributes: { axis, sorted: draw.integer(0, 1) },
    outputs: draw.pick([1, 4]),
    kinked,
  };
}

/** One or more zeros among the factors. */
function cumProd(draw: Draw): Case {
  const dims = draw.dims();
  const zeros = draw.chance();
  return {
    op: 'CumProd',
    inputs: [zeros ? draw.ties(dims, [0, -1.2, 0.7]) : dims, { ints: [draw.axis(dims.length)], dims: [] }],
    attributes: { exclusive: draw.integer(0, 1), reverse: draw.integer(0, 1) },
    opset: 26,
  };
}

function det(draw: Draw): Case {
  const n = draw.integer(1, 4);
  const dims = [...draw.dims({ rank: [0, 2], max: 3 }), n, n];
  // Of small whole numbers many matrices are singular.
  return { op: 'Det', inputs: [draw.chance(0.3) ? draw.ties(dims) : dims] };
}

export const selection: Readonly<Record<string, Generator>> = {
  Compress: (draw) => single(draw, compress(draw)),
  CumProd: (draw) => single(draw, cumProd(draw)),
  Det: (draw) => single(draw, det(draw)),
  Unique: (draw) => single(draw, unique(draw)),
};
