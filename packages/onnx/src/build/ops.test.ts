import { describe, expect, it } from 'vitest';
import { inferShapes } from '../shapes/infer.js';
import { runReference } from '../testing/session.node.js';
import { GraphBuilder } from './builder.js';
import * as ops from './ops.js';

/** Operators whose axes moved from attributes to inputs between versions of the operator set. */
describe.each([11, 12, 13, 17, 18, 20])('operators in version %i of the operator set', (opset) => {
  it('run in ONNX Runtime and have the inferred shapes', async () => {
    const b = new GraphBuilder({ opset });
    const x = b.input('x', 'float32', [2, 3, 4]);
    const outputs = [
      ops.reduceSum(b, x, { axes: [1], keepDims: false }),
      ops.reduceMean(b, x, { axes: [-1] }),
      ops.squeeze(b, ops.unsqueeze(b, x, [0, 2]), [2]),
      ...ops.split(b, x, [1, 3], 2),
      ops.pad(b, x, [0, 1, 0, 0, 0, 2]),
      ops.softmax(b, x),
      ops.clip(b, x, b.f32(0)),
      ops.slice(b, x, [1], [3], [1]),
    ];
    for (const name of outputs) b.output(name, 'float32', null);
    const model = { ...b.model(), irVersion: 6 };
    const types = inferShapes(model);
    const reference = await runReference(model, { x: { dims: [2, 3, 4] } });
    for (const name of outputs) expect(types.get(name)!.shape).toEqual([...reference[name]!.dims]);
  });
});

it('refuses what an old operator set cannot do', () => {
  const b = new GraphBuilder({ opset: 11 });
  const x = b.input('x', 'float32', [2, 3]);
  expect(() => ops.softmax(b, x, 0)).toThrow(/needs operator set 13, but the graph has 11/);
  expect(() => ops.scatterElements(b, x, 'i', 'u', { add: true })).toThrow(/needs operator set 16/);
});
