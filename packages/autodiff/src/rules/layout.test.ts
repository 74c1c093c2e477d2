import { describe, expect, it } from 'vitest';
import { type Case, caseModel, checkCase } from '../testing/check.js';
import { run } from '../testing/run.js';
import { vjp } from '../vjp.js';

const ints = (...values: number[]) => ({ ints: values });
const scalarInt = (value: number) => ({ ints: [value], dims: [] });
const x = [2, 3, 4, 4];
const cases: Case[] = [
  { op: 'Identity', inputs: [x] },
  { op: 'Dropout', inputs: [x] },
  { op: 'Cast', inputs: [x], attributes: { to: 1 } },
  { op: 'Reshape', inputs: [x, ints(3, -1)] },
  { op: 'Flatten', inputs: [x], attributes: { axis: 2 } },
  { op: 'Squeeze', inputs: [[2, 1, 3, 1], ints(-1, 1)] },
  { op: 'Unsqueeze', inputs: [x, ints(0, -1)] },
  { op: 'Transpose', inputs: [x], attributes: { perm: [2, 0, 3, 1] } },
  { op: 'Transpose', inputs: [[2, 3, 4]] },
  { op: 'Expand', inputs: [[3, 1], ints(2, 1, 4)] },
  { op: 'Tile', inputs: [[2, 3], ints(3, 2)] },
  { op: 'Concat', inputs: [x, [2, 2, 4, 4], x], attributes: { axis: -3 } },
  { op: 'Concat', inputs: [x, [2, 2, 4, 4], x], attributes: { axis: 1 }, by: [1] },
  { op: 'Split', inputs: [x, ints(1, 3)], attributes: { axis: -1 }, outputs: 2 },
  { op: 'Slice', inputs: [x, ints(1), ints(3), ints(2)] },
  { op: 'Slice', inputs: [x, ints(-1, 0), ints(-100, 100), ints(-1, 1), ints(-1, 2)] },
  { op: 'Slice', inputs: [[2, 7, 8], ints(6, -1), ints(0, 0), ints(1, 2), ints(-2, -3)] },
  { op: 'Pad', inputs: [x, ints(0, 0, 1, 2, 0, 0, 0, 1)] },
  { op: 'Pad', inputs: [x, ints(0, 0, -1, 2, 0, 0, 0, -1)] },
  { op: 'Pad', inputs: [x, ints(0, 0, 2, 1, 0, 0, 1, 3)], attributes: { mode: 'reflect' } },
  { op: 'Pad', inputs: [x, ints(0, 0, 2, 1, 0, 0, 1, 3)], attributes: { mode: 'edge' } },
  { op: 'Gather', inputs: [x, { ints: [1, 0, 1, -1], dims: [2, 2] }], attributes: { axis: 1 } },
  { op: 'Gather', inputs: [[5, 3], ints(4, 0, 4)] },
  { op: 'Gather', inputs: [x, scalarInt(-1)], attributes: { axis: 2 } },
  { op: 'Gather', inputs: [x, ints(2)], attributes: { axis: -1 } },
  { op: 'GatherElements', inputs: [[3, 4], { ints: [0, 1, 1, 2, -1, 0], dims: [2, 3] }], attributes: { axis: 0 } },
  { op: 'GatherND', inputs: [[3, 4], { ints: [0, 1, 2, 3, 0, 1], dims: [3, 2] }] },
  { op: 'ScatterElements', inputs: [[3, 4], { ints: [2, 0, 1, 3], dims: [2, 2] }, [2, 2]], attributes: { axis: 1 } },
  {
    op: 'ScatterElements',
    inputs: [[3, 4], { ints: [2, 2, 1, 3], dims: [2, 2] }, [2, 2]],
    attributes: { axis: 1, reduction: 'add' },
  },
  { op: 'ScatterND', inputs: [[4, 3], { ints: [3, 1], dims: [2, 1] }, [2, 3]] },
  { op: 'CumSum', inputs: [[3, 5], scalarInt(1)], attributes: { exclusive: 1 } },
  { op: 'CumSum', inputs: [[3, 5], scalarInt(0)], attributes: { reverse: 1 } },
  { op: 'Trilu', inputs: [[2, 4, 4]], attributes: { upper: 0 } },
  { op: 'TopK', inputs: [[3, 6], ints(2)], outputs: 2 },
  { op: 'DepthToSpace', inputs: [[2, 8, 3, 2]], attributes: { blocksize: 2 } },
  { op: 'DepthToSpace', inputs: [[2, 8, 3, 2]], attributes: { blocksize: 2, mode: 'CRD' } },
  { op: 'SpaceToDepth', inputs: [[2, 2, 4, 6]], attributes: { blocksize: 2 } },
];
const known = new Set(['Pad']);

describe('layout and indexing', () => {
  for (const given of cases)
    for (const symbolic of [false, true])
      it(`${given.op} ${JSON.stringify([given.inputs, given.attributes ?? {}])}${symbolic ? ' of unknown size' : ''} has its derivative`, async () => {
        if (symbolic && known.has(given.op) && given.attributes?.mode)
          await expect(checkCase({ ...given, symbolic })).rejects.toThrow(/fix the size/);
        else await checkCase({ ...given, symbolic });
      });

  it('older operator sets with axes as attributes have the same derivatives', async () => {
    await checkCase({ op: 'Squeeze', inputs: [[2, 1, 3]], attributes: { axes: [1] }, opset: 11 });
    await checkCase({ op: 'Split', inputs: [[2, 5]], attributes: { axis: 1, split: [2, 3] }, outputs: 2, opset: 11 });
    await checkCase({ op: 'MaxPool', inputs: [[1, 2, 7, 7]], attributes: { kernel_shape: [3, 3], strides: [2, 2] }, opset: 11 });
    await checkCase({ op: 'ReduceMean', inputs: [[2, 3, 4]], attributes: { axes: [1, -1], keepdims: 0 }, opset: 11 });
  });

  it('says what to do where an old operator set has no scatter that adds', () => {
    const { model } = caseModel({ op: 'Gather', inputs: [[5, 3], ints(4, 0, 4)], opset: 13 });
    expect(() => vjp(model, { of: 'y', wrt: 'x0' })).toThrow(/opset 16/);
  });

  it('adds up the rows that an index names twice', async () => {
    const { model, feeds } = caseModel({ op: 'Gather', inputs: [[3, 1], ints(2, 0, 2)] });
    const back = await run(vjp(model, { of: 'y', wrt: 'x0', seed: 'ones' }), feeds);
    expect([...back['grad:x0']!.data]).toEqual([1, 0, 2]);
  });
});
