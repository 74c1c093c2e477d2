import { float } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { jvp } from '../jvp.js';
import { type Case, caseModel, checkCase } from '../testing/check.js';
import { run } from '../testing/run.js';
import { vjp } from '../vjp.js';

const x = [2, 3, 4];
const cases: Case[] = [
  ...['Relu', 'Sigmoid', 'Tanh', 'HardSwish', 'Softplus', 'Softsign', 'Mish', 'Gelu', 'Elu', 'Selu', 'Celu', 'LeakyRelu'].map(
    (op) => ({
      op,
      inputs: [x],
    }),
  ),
  { op: 'Gelu', inputs: [x], attributes: { approximate: 'tanh' } },
  { op: 'Elu', inputs: [x], attributes: { alpha: float(0.5) } },
  { op: 'LeakyRelu', inputs: [x], attributes: { alpha: float(-0.3) } },
  { op: 'HardSigmoid', inputs: [[40]], attributes: { alpha: float(0.4), beta: float(0.6) }, range: [-3, 3] },
  { op: 'HardSwish', inputs: [[40]], range: [-5, 5] },
  { op: 'PRelu', inputs: [x, [3, 1]] },
  { op: 'PRelu', inputs: [x, [1]] },
  { op: 'Clip', inputs: [[40], { data: Float32Array.of(-0.75), dims: [] }, { data: Float32Array.of(0.9), dims: [] }], by: [0] },
  { op: 'Clip', inputs: [[40], '', { data: Float32Array.of(0.9), dims: [] }], by: [0] },
  { op: 'Softmax', inputs: [x] },
  { op: 'Softmax', inputs: [x], attributes: { axis: 1 } },
  { op: 'Softmax', inputs: [x], attributes: { axis: 1 }, opset: 11 },
  { op: 'LogSoftmax', inputs: [x], attributes: { axis: -2 } },
  { op: 'LogSoftmax', inputs: [x], opset: 11 },
];

describe('activations', () => {
  for (const given of cases)
    it(`${given.op} ${JSON.stringify(given.attributes ?? {})} (opset ${given.opset ?? 20}) has its derivative`, () =>
      checkCase(given));

  it('ReLU passes nothing at zero and everything above, however small or large', async () => {
    const data = Float32Array.of(-1, -0, 0, 1.2e-38, 1e-20, 1, 3e38);
    const { model, of } = caseModel({ op: 'Relu', inputs: [{ data, dims: [7] }] });
    const ones = { data: new Float32Array(7).fill(2), dims: [7] };
    const back = await run(vjp(model, { of, wrt: 'x0' }), { x0: { data, dims: [7] }, 'cotangent:y': ones });
    expect([...back['grad:x0']!.data]).toEqual([0, 0, 0, 2, 2, 2, 2]);
    const forward = await run(jvp(model, { of, wrt: 'x0' }), { x0: { data, dims: [7] }, 'tangent:x0': ones });
    expect([...forward['tangent:y']!.data]).toEqual([0, 0, 0, 2, 2, 2, 2]);
  });

  it('an activation clipped to [0, 6] passes nothing at its bounds', async () => {
    const data = Float32Array.of(-1, 0, 3, 6, 7);
    const bound = (v: number) => ({ data: Float32Array.of(v), dims: [] });
    const { model, feeds } = caseModel({ op: 'Clip', inputs: [{ data, dims: [5] }, bound(0), bound(6)] });
    const back = await run(vjp(model, { of: 'y', wrt: 'x0', seed: 'ones' }), feeds);
    expect([...back['grad:x0']!.data]).toEqual([0, 0, 1, 0, 0]);
  });
});
