import { describe, expect, it } from 'vitest';
import { caseModel, checkCase } from '../testing/check.js';
import { run } from '../testing/run.js';
import { vjp } from '../vjp.js';

const operators = ['Sum', 'Mean', 'Max', 'Min', 'SumSquare', 'L2', 'L1', 'LogSumExp', 'LogSum', 'Prod'].map(
  (name) => `Reduce${name}`,
);

describe('reductions', () => {
  for (const op of operators) {
    const range = op === 'ReduceLogSum' ? ([0.5, 2] as const) : undefined;
    for (const axes of [undefined, [1], [-1, 0]])
      for (const keepdims of [0, 1])
        it(`${op} over ${axes ?? 'all axes'} (keepdims ${keepdims}) has its derivative`, async () => {
          const inputs = axes ? [[2, 3, 4], { ints: axes }] : [[2, 3, 4]];
          await checkCase({ op, inputs, attributes: { keepdims }, range, step: 2e-3, symbolic: keepdims === 1 });
        });
  }

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
