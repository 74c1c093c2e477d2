import { float } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import type { Case } from '../conformance/problem.js';
import { caseModel } from '../testing/check.js';
import { run } from '../testing/run.js';
import { vjp } from '../vjp.js';

const at = (...data: number[]) => ({ data: Float32Array.from(data), dims: [data.length] });
const one = (value: number) => ({ data: Float32Array.of(value), dims: [] });
const whole = (...data: number[]) => ({ data: BigInt64Array.from(data, BigInt), dims: [data.length] });
const image = (...data: number[]) => ({ data: Float32Array.from(data), dims: [1, 1, data.length] });

interface Kink extends Case {
  /** Gradient of the sum of the output by each float input. */
  readonly gradients: readonly (readonly number[])[];
  readonly differs?: string;
}

const third = 1 / 3;
const nan = Number.NaN;

/** Points where the derivative is a choice, and what torch 2.13 chooses (float32, `y.sum().backward()`). */
const kinks: readonly Kink[] = [
  { op: 'Relu', inputs: [at(-1, 0, 1)], gradients: [[0, 0, 1]] },
  { op: 'LeakyRelu', inputs: [at(0)], attributes: { alpha: 0.1 }, gradients: [[0.1]] },
  { op: 'PRelu', inputs: [at(0, -1), at(0.25)], gradients: [[0.25, 0.25], [-1]] },
  { op: 'Elu', inputs: [at(0)], attributes: { alpha: float(2) }, gradients: [[2]] },
  { op: 'Celu', inputs: [at(0)], attributes: { alpha: float(2) }, gradients: [[1]] },
  { op: 'Selu', inputs: [at(0)], gradients: [[1.7580993175506592]] },
  { op: 'HardSigmoid', inputs: [at(-3, 3)], attributes: { alpha: 1 / 6 }, gradients: [[0, 0]] },
  { op: 'HardSwish', inputs: [at(-3, 3)], gradients: [[0, 1]] },
  { op: 'Softsign', inputs: [at(0)], gradients: [[1]] },
  { op: 'Abs', inputs: [at(0, -0)], gradients: [[0, 0]] },
  { op: 'Sqrt', inputs: [at(0)], gradients: [[Infinity]] },
  {
    op: 'Clip',
    inputs: [at(0, 6), one(0), one(6)],
    gradients: [[0, 0], [0], [0]],
    differs: 'relu6 and hardtanh; clamp would let the gradient pass at the bounds',
  },
  { op: 'Clip', inputs: [at(-2, 0, 3), one(-1), one(1)], gradients: [[0, 1, 0], [1], [1]] },
  { op: 'Clip', inputs: [at(-2, 0, 3), one(1), one(-1)], gradients: [[0, 0, 0], [0], [3]] },
  {
    op: 'Max',
    inputs: [at(1, 2), at(1, 0)],
    gradients: [
      [0.5, 1],
      [0.5, 0],
    ],
  },
  { op: 'Min', inputs: [at(1), at(1)], gradients: [[0.5], [0.5]] },
  {
    op: 'Pow',
    inputs: [at(0, 0, 0, -2, -2, 2), at(0, 1, 2, 3, 2, 0)],
    gradients: [
      [0, 1, 0, 12, -4, 0],
      [0, 0, 0, nan, nan, Math.LN2],
    ],
  },
  { op: 'Pow', inputs: [at(0), at(-1)], gradients: [[-Infinity], [-Infinity]] },
  { op: 'Pow', inputs: [at(0, 0), whole(0, 1)], gradients: [[0, 1]] },
  {
    op: 'Mod',
    inputs: [at(5.5, -5.5), at(2, 2)],
    attributes: { fmod: 1 },
    gradients: [
      [1, 1],
      [-2, 2],
    ],
  },
  { op: 'ReduceMax', inputs: [at(3, 1, 3, 3)], gradients: [[third, 0, third, third]] },
  { op: 'ReduceMin', inputs: [at(-3, 1, -3)], gradients: [[0.5, 0, 0.5]] },
  { op: 'ReduceL1', inputs: [at(0, 1)], gradients: [[0, 1]] },
  { op: 'ReduceL2', inputs: [at(0, 0)], gradients: [[0, 0]] },
  { op: 'ReduceProd', inputs: [at(0, 2, 3)], gradients: [[6, 0, 0]] },
  { op: 'ReduceProd', inputs: [at(0, 0, 3)], gradients: [[0, 0, 0]] },
  { op: 'CumProd', inputs: [at(2, 0, 3, 0, 1), { ints: [0], dims: [] }], opset: 26, gradients: [[1, 8, 0, 0, 0]] },
  { op: 'MaxPool', inputs: [image(1, 1, 2, 2)], attributes: { kernel_shape: [2], strides: [2] }, gradients: [[1, 0, 1, 0]] },
  { op: 'GlobalMaxPool', inputs: [image(1, 3, 3)], gradients: [[0, 1, 0]] },
  {
    op: 'ScatterElements',
    inputs: [at(1, 1), whole(0, 0, 1), at(1, 1, 0)],
    attributes: { reduction: 'max' },
    gradients: [
      [third, 1],
      [third, third, 0],
    ],
  },
  {
    op: 'ScatterElements',
    inputs: [at(0, 2), whole(0, 0, 1), at(3, 4, 0)],
    attributes: { reduction: 'mul' },
    gradients: [
      [12, 0],
      [0, 0, 2],
    ],
  },
  {
    op: 'Unique',
    inputs: [at(2, 1, 2)],
    gradients: [[1, 1, 0]],
    differs: 'torch.unique has no gradient; the first of equals, as in a pool',
  },
];

describe('at kinks the gradient is PyTorch’s', () => {
  for (const { gradients, differs, ...given } of kinks)
    it(`${given.op} of ${given.inputs.map((x) => (typeof x === 'object' && 'data' in x ? `[${Array.from(x.data as Float32Array)}]` : '')).join(' ')}${differs ? ` (${differs})` : ''}`, async () => {
      const { model, feeds, of, wrt } = caseModel(given);
      for (const form of ['cpu', 'portable'] as const) {
        const back = await run(vjp(model, { of, wrt, form, seed: 'ones' }), feeds);
        for (const [i, expected] of gradients.entries()) {
          const found = [...back[`grad:${wrt[i]}`]!.data].map(Number);
          expect(found).toHaveLength(expected.length);
          for (const [k, value] of expected.entries()) {
            if (Number.isFinite(value)) expect(found[k]).toBeCloseTo(value, 5);
            else expect(found[k]).toBe(value);
          }
        }
      }
    });
});
