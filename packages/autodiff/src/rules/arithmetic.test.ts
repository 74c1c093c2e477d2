import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Case, caseModel, checkCase } from '../testing/check.js';
import { run } from '../testing/run.js';
import { vjp } from '../vjp.js';

const positive = [0.5, 2] as const;
const cases: Case[] = [
  { op: 'Pow', inputs: [[3, 4], [4]], range: positive },
  { op: 'Pow', inputs: [[3, 4], { data: Float32Array.of(2), dims: [] }], by: [0] },
  { op: 'Sum', inputs: [[2, 3], [3], [2, 1]] },
  { op: 'Mean', inputs: [[2, 3], [3], [2, 1]] },
  { op: 'Max', inputs: [[4, 5], [5], [4, 1]], step: 1e-3 },
  {
    op: 'Min',
    inputs: [
      [4, 5],
      [4, 5],
    ],
    step: 1e-3,
  },
  { op: 'Max', inputs: [[4]] },
  { op: 'Where', inputs: [{ data: new Float32Array([1, 0, 1]), dims: [3] }, [2, 3], [3]], by: [1, 2] },
  {
    op: 'Add',
    inputs: [
      [2, 3, 4],
      [3, 1],
    ],
    symbolic: true,
  },
  {
    op: 'Mul',
    inputs: [
      [1, 3, 4],
      [2, 3, 1],
    ],
    symbolic: true,
  },
  ...['Exp', 'Neg', 'Abs', 'Erf', 'Sin', 'Cos', 'Tan', 'Sinh', 'Cosh', 'Atan'].map((op) => ({
    op,
    inputs: [[3, 5]],
    range: [-1.2, 1.2] as const,
  })),
  ...['Log', 'Sqrt', 'Reciprocal'].map((op) => ({ op, inputs: [[3, 5]], range: positive })),
];

describe('arithmetic', () => {
  for (const given of cases.filter(({ op }) => op !== 'Where'))
    it(`${given.op} of [${given.inputs.map((i) => JSON.stringify(i)).join(' ')}] has its derivative`, () => checkCase(given));

  it('sums the cotangent over the axes that were broadcast', async () => {
    const dim = fc.integer({ min: 1, max: 3 });
    const shapes = fc
      .tuple(
        fc.array(dim, { minLength: 1, maxLength: 4 }),
        fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        fc.nat(3),
        fc.boolean(),
      )
      .map(([full, ones, drop, swap]) => {
        const other = full.map((d, i) => (ones[i] ? 1 : d)).slice(Math.min(drop, full.length));
        return swap ? [other, full] : [full, other];
      });
    await fc.assert(
      fc.asyncProperty(shapes, fc.constantFrom('Add', 'Sub', 'Mul', 'Div'), async (inputs, op) => {
        await checkCase({ op, inputs, range: positive });
      }),
      { numRuns: 30, seed: 3 },
    );
  });

  it('shares the gradient evenly between inputs that tie, as PyTorch does', async () => {
    const same = { data: Float32Array.of(1, 2), dims: [2] };
    const { model, feeds } = caseModel({ op: 'Max', inputs: [same, { data: Float32Array.of(1, 3), dims: [2] }] });
    const back = await run(vjp(model, { of: 'y', wrt: ['x0', 'x1'], seed: 'ones' }), feeds);
    expect([...back['grad:x0']!.data]).toEqual([0.5, 0]);
    expect([...back['grad:x1']!.data]).toEqual([0.5, 1]);
  });
});
