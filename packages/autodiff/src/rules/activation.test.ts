import { describe, expect, it } from 'vitest';
import { jvp } from '../jvp.js';
import { type Case, caseModel, checkCase } from '../testing/check.js';
import { run } from '../testing/run.js';
import { vjp } from '../vjp.js';

/** Operator sets before 13 normalise over all axes from `axis` on. */
const old: Case[] = [
  { op: 'Softmax', inputs: [[2, 3, 4]], attributes: { axis: 1 }, opset: 11 },
  { op: 'LogSoftmax', inputs: [[2, 3, 4]], opset: 11 },
];

describe('activations', () => {
  for (const given of old) it(`${given.op} of operator set ${given.opset} has its derivative`, () => checkCase(given));

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
