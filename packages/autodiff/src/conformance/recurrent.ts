import { decompose } from '@incognita/onnx';
import type { Draw } from './draw.js';
import { type Case, type Generator, type Problem, single } from './problem.js';

const ACTIVATIONS = ['Tanh', 'Sigmoid', 'Softsign', 'Elu', 'Affine', 'ScaledTanh'];

/** Any direction and lengths, with and without bias, initial states, peepholes, clip; steps known (then unrolled) or not. */
function layer(draw: Draw, op: 'RNN' | 'GRU' | 'LSTM'): Case {
  const gates = { RNN: 1, GRU: 3, LSTM: 4 }[op];
  const functions = { RNN: 1, GRU: 2, LSTM: 3 }[op];
  const [steps, batch, width, hidden] = [draw.integer(1, 4), draw.integer(1, 3), draw.integer(1, 3), draw.integer(1, 3)];
  const direction = draw.pick(['forward', 'reverse', 'bidirectional']);
  const d = direction === 'bidirectional' ? 2 : 1;
  const values = (dims: readonly number[]) => draw.values(dims, -0.9, 0.9);
  const maybe = <T>(make: () => T): T | '' => (draw.chance() ? make() : '');
  const lengths = maybe(() => ({
    data: Int32Array.from({ length: batch }, () => draw.integer(1, steps)),
    dims: [batch],
  }));
  const state = () => values([d, batch, hidden]);
  const inputs: Case['inputs'] = [
    values([steps, batch, width]),
    values([d, gates * hidden, width]),
    values([d, gates * hidden, hidden]),
    maybe(() => values([d, 2 * gates * hidden])),
    lengths,
    maybe(state),
    ...(op === 'LSTM' ? [maybe(state), maybe(() => values([d, 3 * hidden]))] : []),
  ];
  const activations = draw.times(functions * d, () => draw.pick(ACTIVATIONS));
  const parameters = (names: readonly string[]) => ({
    type: 'floats' as const,
    value: activations.filter((name) => names.includes(name)).map(() => draw.real(0.3, 1)),
  });
  const attributes = {
    hidden_size: hidden,
    direction,
    ...(draw.chance(0.3) && {
      activations,
      activation_alpha: parameters(['Elu', 'Affine', 'ScaledTanh']),
      activation_beta: parameters(['Affine', 'ScaledTanh']),
    }),
    ...(draw.chance(0.2) && { clip: { type: 'float', value: 0.8 } as const }),
    ...(op === 'GRU' && { linear_before_reset: draw.integer(0, 1) }),
    ...(op === 'LSTM' && draw.chance(0.3) && { input_forget: 1 }),
  };
  const of = op === 'LSTM' ? draw.pick([[0], [0, 1, 2], [2]]) : draw.pick([[0], [0, 1]]);
  return { op, inputs, attributes, outputs: Math.max(...of) + 1, of, symbolic: draw.chance() };
}

/** Differences are taken of the plain form, which runs in double precision and is held against the kernel elsewhere. */
function problem(draw: Draw, op: 'RNN' | 'GRU' | 'LSTM'): Problem {
  const given = single(draw, layer(draw, op));
  return { ...given, reference: decompose(given.model) };
}

export const recurrent: Readonly<Record<string, Generator>> = {
  RNN: (draw) => problem(draw, 'RNN'),
  GRU: (draw) => problem(draw, 'GRU'),
  LSTM: (draw) => problem(draw, 'LSTM'),
};
