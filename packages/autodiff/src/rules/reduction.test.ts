import { describe, expect, it } from 'vitest';
import { caseModel } from '../testing/check.js';
import { run } from '../testing/run.js';
import { vjp } from '../vjp.js';

describe('reductions', () => {
  it('a product with zeros has the product of the others as derivative', async () => {
    const data = Float32Array.of(2, 0, 3, 4, 0, 0, 5, 6);
    const { model, feeds } = caseModel({ op: 'ReduceProd', inputs: [{ data, dims: [2, 4] }, { ints: [1] }] });
    const back = await run(vjp(model, { of: 'y', wrt: 'x0', seed: 'ones' }), feeds);
    expect([...back['grad:x0']!.data]).toEqual([0, 24, 0, 0, 0, 0, 0, 0]);
  });

  it('elements that tie for the maximum share, as in PyTorch', async () => {
    const { model, feeds } = caseModel({ op: 'ReduceMax', inputs: [{ data: Float32Array.of(1, 4, 4, 2), dims: [4] }] });
    const back = await run(vjp(model, { of: 'y', wrt: 'x0', seed: 'ones' }), feeds);
    expect([...back['grad:x0']!.data]).toEqual([0, 0.5, 0.5, 0]);
  });
});
