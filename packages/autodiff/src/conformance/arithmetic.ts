import { sizeOf } from '../testing/random.js';
import type { Draw } from './draw.js';
import { type Case, type Generator, single } from './problem.js';

/** Two operands that broadcast. */
const binary =
  (op: string, range?: Case['range']): Generator =>
  (draw) =>
    single(draw, { op, inputs: draw.partners(2, { rank: [0, 4], empty: 0.05 }), range });

/** One to four operands that broadcast. */
const variadic =
  (op: string): Generator =>
  (draw) =>
    single(draw, { op, inputs: draw.partners(draw.integer(1, 4), { empty: 0.05 }) });

/** The same with equal elements among the operands. */
const extremum =
  (op: string): Generator =>
  (draw) => {
    const kinked = draw.chance(0.3);
    const shapes = draw.partners(draw.integer(1, 4), { empty: 0.05 });
    return single(draw, {
      op,
      inputs: shapes.map((dims, i) => (kinked ? draw.ties(dims) : draw.values(dims, 0.03 * i - 1.5, 0.01 * i + 1.5))),
      kinked,
    });
  };

const pow = (draw: Draw): Case => {
  const [base, exponent] = draw.partners(2) as [number[], number[]];
  const kind = draw.pick(['exponent', 'both', 'number', 'whole', 'integers'] as const);
  // Exponents of another type: negative bases, and zero to the power of zero.
  if (kind === 'integers') {
    const data = BigInt64Array.from({ length: sizeOf(exponent) }, () => BigInt(draw.integer(0, 3)));
    return { op: 'Pow', inputs: [draw.ties(base, [-2, -0.5, 0, 1.5]), { data, dims: exponent }] };
  }
  if (kind === 'number')
    return { op: 'Pow', inputs: [base, { floats: [draw.pick([0.5, 1, 1.7, 2, 3, -1])], dims: [] }], range: [0.5, 2] };
  // Of whole numbers the base may be negative or zero.
  if (kind === 'whole')
    return { op: 'Pow', inputs: [draw.ties(base, [-2, -0.5, 0, 1.5]), { floats: [draw.pick([0, 1, 2, 3])], dims: [] }] };
  return { op: 'Pow', inputs: [base, exponent], range: [0.5, 2], by: kind === 'both' ? [0, 1] : [1] };
};

/** The quotients lie between whole numbers, on either side of zero. */
const mod = (draw: Draw): Case => {
  const [a, b] = draw.partners(2, { rank: [0, 4], empty: 0.05 }) as [number[], number[]];
  const divisor = draw.pick([1, -1]);
  const left = draw.ties(a, [-2.6, -1.3, 0.4, 1.7, 4.5]);
  return { op: 'Mod', inputs: [left, draw.values(b, 0.95 * divisor, 1.05 * divisor)], attributes: { fmod: 1 } };
};

export const arithmetic: Readonly<Record<string, Generator>> = {
  Add: binary('Add'),
  Sub: binary('Sub'),
  Mul: binary('Mul'),
  Div: binary('Div', [0.5, 2]),
  Pow: (draw) => single(draw, pow(draw)),
  Mod: (draw) => single(draw, mod(draw)),
  Range: (draw) => {
    const fed = (value: number) => ({ data: Float32Array.of(value), dims: [] });
    const [start, delta] = [draw.real(-2, 2), draw.pick([0.7, 1.3, -0.6])];
    const limit = start + delta * (draw.integer(0, 4) + 0.5);
    return single(draw, { op: 'Range', inputs: [fed(start), fed(limit), fed(delta)], by: [0, 2] });
  },
  Sum: variadic('Sum'),
  Mean: variadic('Mean'),
  Max: extremum('Max'),
  Min: extremum('Min'),
  Where: (draw) => {
    const [condition, a, b] = draw.partners(3, { rank: [0, 4], empty: 0.05 }) as [number[], number[], number[]];
    return single(draw, { op: 'Where', inputs: [draw.truths(condition), a, b] });
  },
};
