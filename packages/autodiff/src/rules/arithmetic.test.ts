import { describe, expect, it } from 'vitest';
import { caseModel } from '../testing/check.js';
import { run } from '../testing/run.js';
import { vjp } from '../vjp.js';

describe('arithmetic', () => {
  it('shares the gradient evenly between inputs that tie, as PyTorch does', async () => {
    const same = { data: Float32Array.of(1, 2), dims: [2] };
    const { model, feeds } = caseModel({ op: 'Max', inputs: [same, { data: Float32Array.of(1, 3), dims: [2] }] });
    const back = await run(vjp(model, { of: 'y', wrt: ['x0', 'x1'], seed: 'ones' }), feeds);
    expect([...back['grad:x0']!.data]).toEqual([0.5, 0]);
    expect([...back['grad:x1']!.data]).toEqual([0.5, 1]);
  });
});
