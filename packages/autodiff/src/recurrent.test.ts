import { GraphBuilder } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { sizeOf } from './testing/random.js';
import { relativeError, run, type Values } from './testing/run.js';
import { vjp } from './vjp.js';

const [T, B, I, H] = [3, 2, 2, 2];

const wave = (dims: readonly number[], seed: number): Values => ({
  data: Float32Array.from({ length: sizeOf(dims) }, (_, i) => 0.8 * Math.sin(1.7 * i + seed)),
  dims,
});

/**
 * Gradients of Σ v ⊙ Y in double precision by PyTorch 2.13: torch.nn.LSTM and torch.nn.GRU with the weights in its order of gates
 * (i, f, c, o and r, z, h), inputs 0.8 sin(1.7 k + seed) with seeds 1 to 7 for W, R, B, X, h, c, v.
 */
const expected = {
  LSTM: {
    x: [
      -0.0519505, 0.1553977, -0.1711095, 0.0179019, 0.107471, -0.0466575, -0.225579, 0.0421711, 0.1352316, -0.0828919, -0.1669304,
      0.0418757,
    ],
    W: [
      -0.3294519, 0.01599, 0.0358673, -0.0126407, -0.1877823, 0.0370617, 0.0044371, -0.0103494, -0.1139087, 0.0504937, -0.0152007,
      -0.0272856, -0.2294018, 0.0193613, -0.026246, -0.0869036,
    ],
    R: [
      -0.2168711, 0.1105438, -0.0013195, -0.0121043, -0.1106096, 0.0472512, -0.0083862, -0.0015065, -0.0712335, 0.0075411,
      -0.0416391, 0.0086852, -0.087426, 0.0906717, -0.090728, 0.0345847,
    ],
    h: [0.098113, 0.1110544, -0.0959677, 0.1529092],
  },
  GRU: {
    x: [
      0.2721492, -0.2220723, -0.0358585, -0.0030861, 0.3596767, -0.1975243, -0.0406547, 0.0467406, 0.2381253, -0.1413376,
      -0.0462354, 0.0529656,
    ],
    W: [
      0.0528656, 0.0283798, -0.0285546, -0.0229501, -0.0980247, -0.0116609, -0.0025141, -0.0009366, -0.958246, -0.1958783,
      0.0199978, -0.1286835,
    ],
    R: [
      0.0711713, -0.0586218, -0.0357475, 0.0143904, -0.0892404, 0.0472382, -0.0044569, 0.0047905, -0.2245171, 0.1218507,
      -0.0095603, 0.0114184,
    ],
    h: [0.2883249, 0.2662073, -1.6315344, -0.0035921],
  },
};

describe('the gradient of', () => {
  it.each([
    ['LSTM', T],
    ['LSTM', 'steps'],
    ['GRU', T],
    ['GRU', 'steps'],
  ] as const)('%s over %s steps is that of PyTorch', async (op, steps) => {
    const gates = op === 'LSTM' ? 4 : 3;
    const b = new GraphBuilder({ opset: 14 });
    const dims = {
      x: [steps, B, I],
      W: [1, gates * H, I],
      R: [1, gates * H, H],
      bias: [1, 2 * gates * H],
      h: [1, B, H],
      c: [1, B, H],
    };
    const names = Object.entries(dims).map(([name, shape]) => b.input(name, 'float32', shape));
    const [x, W, R, bias, h, c] = names as [string, string, string, string, string, string];
    const states = op === 'LSTM' ? [h, c] : [h];
    const attributes = { hidden_size: H, linear_before_reset: op === 'GRU' ? 1 : undefined };
    b.ops(op, [x, W, R, bias, '', ...states], 1, attributes, '', ['Y']);
    b.output('Y', 'float32', null);
    const numbers: Record<string, Values> = {
      W: wave(dims.W, 1),
      R: wave(dims.R, 2),
      bias: wave(dims.bias, 3),
      x: wave([T, B, I], 4),
      h: wave(dims.h, 5),
      ...(op === 'LSTM' && { c: wave(dims.c, 6) }),
    };
    const gradient = vjp(b.model(), { of: 'Y', wrt: ['x', 'W', 'R', 'h'] });
    expect(gradient.graph.nodes.some((node) => node.op === 'Scan')).toBe(steps === 'steps');
    const result = await run(gradient, { ...numbers, 'cotangent:Y': wave([T, 1, B, H], 7) });
    for (const [name, numbers] of Object.entries(expected[op]))
      expect(relativeError(result[`grad:${name}`]!.data as Float32Array, numbers), name).toBeLessThan(1e-5);
  });
});
