import { describe, expect, it } from 'vitest';
import { caseModel, checkCase } from '../testing/check.js';
import { run } from '../testing/run.js';
import { vjp } from '../vjp.js';

const ints = (...values: number[]) => ({ ints: values });
describe('layout and indexing', () => {
  it('borders longer than the axis that they wrap around are added up, of known and unknown size', async () => {
    for (const symbolic of [false, true])
      await checkCase({ op: 'Pad', inputs: [[2, 3], ints(0, 3, 0, 3)], attributes: { mode: 'wrap' }, symbolic });
  });

  it('older operator sets with axes as attributes have the same derivatives', async () => {
    await checkCase({ op: 'Squeeze', inputs: [[2, 1, 3]], attributes: { axes: [1] }, opset: 11 });
    await checkCase({ op: 'Split', inputs: [[2, 5]], attributes: { axis: 1, split: [2, 3] }, outputs: 2, opset: 11 });
    await checkCase({ op: 'MaxPool', inputs: [[1, 2, 7, 7]], attributes: { kernel_shape: [3, 3], strides: [2, 2] }, opset: 11 });
    await checkCase({ op: 'ReduceMean', inputs: [[2, 3, 4]], attributes: { axes: [1, -1], keepdims: 0 }, opset: 11 });
  });

  it('scatters into a sum although the operator set of the model has no such scatter', async () => {
    await checkCase({ op: 'Gather', inputs: [[5, 3], ints(4, 0, 4)], opset: 13 });
  });

  it('adds up the rows that an index names twice', async () => {
    const { model, feeds } = caseModel({ op: 'Gather', inputs: [[3, 1], ints(2, 0, 2)] });
    const back = await run(vjp(model, { of: 'y', wrt: 'x0', seed: 'ones' }), feeds);
    expect([...back['grad:x0']!.data]).toEqual([1, 0, 2]);
  });
});
