import { describe, expect, it } from 'vitest';
import { inferShapes } from '../../../shapes/infer.js';
import { checkFused, type FusedCase, type FusedInput, fusedModel } from '../../../testing/fused.node.js';
import { runReference } from '../../../testing/session.node.js';
import { decompose } from '../decompose.js';

const [T, B, I, H] = [4, 3, 2, 5];
const gatesOf = { RNN: 1, GRU: 3, LSTM: 4 } as const;
type Op = keyof typeof gatesOf;

interface Layer {
  readonly directions?: 1 | 2;
  readonly bias?: boolean;
  readonly lengths?: readonly number[];
  readonly initial?: boolean;
  readonly peepholes?: boolean;
  readonly outputs?: readonly number[];
}

function layer(op: Op, attributes: FusedCase['attributes'] = {}, given: Layer = {}): FusedCase {
  const { directions: d = 1, bias = true, lengths, initial = true, peepholes = false } = given;
  const gates = gatesOf[op];
  const constant = (dims: readonly number[]): FusedInput => ({ dims, constant: true });
  const state = initial ? [d, B, H] : null;
  const outputs = given.outputs ?? (op === 'LSTM' ? [0, 1, 2] : [0, 1]);
  const inputs: FusedCase['inputs'] = [
    [T, B, I],
    constant([d, gates * H, I]),
    constant([d, gates * H, H]),
    bias ? constant([d, 2 * gates * H]) : null,
    lengths ? { dims: [B], dtype: 'int32', data: lengths } : null,
    state,
    ...(op === 'LSTM' ? [state, peepholes ? constant([d, 3 * H]) : null] : []),
  ];
  return { op, domain: '', opset: 14, inputs, attributes: { hidden_size: H, ...attributes }, outputs };
}

const floats = (...value: number[]) => ({ type: 'floats', value }) as const;
const both = { direction: 'bidirectional' };

const cases: readonly [string, FusedCase][] = (['RNN', 'GRU', 'LSTM'] as const).flatMap((op): [string, FusedCase][] => [
  [`${op}`, layer(op)],
  [`${op} without bias and initial states`, layer(op, {}, { bias: false, initial: false })],
  [`${op} backwards`, layer(op, { direction: 'reverse' })],
  [`${op} both ways`, layer(op, both, { directions: 2 })],
  [`${op} of sequences of different lengths`, layer(op, {}, { lengths: [4, 1, 2] })],
  [`${op} backwards of sequences of different lengths`, layer(op, { direction: 'reverse' }, { lengths: [2, 4, 1] })],
  [`${op} both ways of sequences of different lengths`, layer(op, both, { directions: 2, lengths: [2, 4, 1] })],
  [`${op} with a clip`, layer(op, { clip: { type: 'float', value: 0.4 } })],
  [`${op} of which only the last state is read`, layer(op, {}, { outputs: [1] })],
]);

const activated: readonly [string, FusedCase][] = [
  ...[
    'Relu',
    'Sigmoid',
    'Softsign',
    'Softplus',
    'Elu',
    'HardSigmoid',
    'LeakyRelu',
    'ThresholdedRelu',
    'Affine',
    'ScaledTanh',
  ].map((name): [string, FusedCase] => [
    `RNN with ${name}`,
    layer('RNN', { activations: [name], activation_alpha: floats(0.3), activation_beta: floats(0.7) }),
  ]),
  [
    'GRU with activations that take their own parameters',
    layer(
      'GRU',
      {
        ...both,
        activations: ['HardSigmoid', 'Tanh', 'Sigmoid', 'LeakyRelu'],
        activation_alpha: floats(0.3, 0.05),
        activation_beta: floats(0.4),
      },
      { directions: 2 },
    ),
  ],
  ['LSTM with other activations', layer('LSTM', { activations: ['HardSigmoid', 'Softsign', 'Elu'] })],
  ['GRU linear before reset', layer('GRU', { linear_before_reset: 1 })],
  ['GRU linear before reset without bias', layer('GRU', { linear_before_reset: 1 }, { bias: false })],
  ['LSTM with peepholes', layer('LSTM', {}, { peepholes: true })],
  ['LSTM with peepholes both ways', layer('LSTM', both, { peepholes: true, directions: 2 })],
  ['LSTM whose forget gate is what the input gate leaves', layer('LSTM', { input_forget: 1 })],
  ['LSTM with peepholes and a clip', layer('LSTM', { clip: { type: 'float', value: 0.3 } }, { peepholes: true })],
];

describe('recurrent layers in plain operators agree with ONNX Runtime', () => {
  it.each([...cases, ...activated])('%s', async (_, given) => {
    await checkFused(given);
    const { model } = fusedModel(given);
    const types = inferShapes(model);
    const plain = inferShapes(decompose(model));
    for (const i of given.outputs!) expect(plain.get(`y${i}`)!.shape).toEqual(types.get(`y${i}`)!.shape);
  });
});

it.each(['RNN', 'GRU', 'LSTM'] as const)('%s with the batch first is itself with axes exchanged', async (op) => {
  const given = layer(op, both, { directions: 2 });
  const { model, feeds } = fusedModel(given);
  const exchanged = (dims: readonly number[]): number[] => [dims[1]!, dims[0]!, dims[2]!];
  const moved = fusedModel({
    ...given,
    inputs: given.inputs.map((input, i) => (i === 0 || i === 5 || i === 6 ? input && exchanged(input as number[]) : input)),
    attributes: { ...given.attributes, layout: 1 },
  });
  const other = Object.fromEntries(
    Object.entries(feeds).map(([name, { dims, data }]) => [name, { dims: exchanged(dims), data: transposed(dims, data!) }]),
  );
  const expected = await runReference(decompose(model), feeds);
  const actual = await runReference(decompose(moved.model), other);
  expect(actual.y0!.dims).toEqual([B, T, 2, H]);
  expect(actual.y1!.dims).toEqual([B, 2, H]);
  const last = transposed([2, B, H], expected.y1!.data as unknown as ArrayLike<number>);
  expect(Math.max(...last.map((v, i) => Math.abs(v - Number(actual.y1!.data[i]))))).toBeLessThan(1e-6);
});

/** The first two axes exchanged. */
function transposed(dims: readonly number[], data: ArrayLike<number>): number[] {
  const [p, q, r] = dims as [number, number, number];
  return Array.from({ length: p * q * r }, (_, i) => {
    const [b, a, k] = [Math.floor(i / (p * r)), Math.floor(i / r) % p, i % r];
    return data[(a * q + b) * r + k]!;
  });
}
