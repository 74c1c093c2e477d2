import { GraphBuilder, type Model } from '@incognita/onnx';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ifModel, loopModel, scanModel } from '../conformance/control.js';
import { jvp } from '../jvp.js';
import { checkProblem } from '../testing/check.js';
import { noise, spaced } from '../testing/random.js';
import { relativeError, run } from '../testing/run.js';
import type { Values } from '../testing/values.js';
import { vjp } from '../vjp.js';

const checkModel = (model: Model, feeds: Record<string, Values>, of: string, wrt: string[]): Promise<void> =>
  checkProblem({ model, feeds, of: [of], wrt });

function scanFeeds(length: number, axis = 0): Record<string, Values> {
  return {
    h: spaced([2, 3], 1),
    x: spaced([2, 3].toSpliced(axis, 0, length), 2),
    W: spaced([3, 3], 3),
    s: spaced([3], 4),
  };
}

const axis = fc.constantFrom(0, 1, 2);

describe('Scan', () => {
  it.each([1, 2, 5])('of %i iterations agrees with finite differences and itself both ways', async (length) => {
    for (const model of [scanModel('length'), scanModel(length)]) {
      await checkModel(model, scanFeeds(length), 'y', ['h', 'x', 'W', 's']);
      for (const wrt of ['W', 'h', 'x']) await checkModel(model, scanFeeds(length), 'y', [wrt]);
    }
  });

  it('holds for any axes and directions', async () => {
    const given = fc.record({
      length: fc.integer({ min: 1, max: 4 }),
      inAxis: axis,
      inBack: fc.boolean(),
      outAxis: axis,
      outBack: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ length, ...attributes }) => {
        await checkModel(scanModel('length', attributes), scanFeeds(length, attributes.inAxis), 'y', ['h', 'x', 'W', 's']);
      }),
      { numRuns: 8, seed: 1 },
    );
  });

  it('may be differentiated twice', async () => {
    const gradient = vjp(scanModel('length'), { of: 'y', wrt: ['h', 'W'], seed: 'ones' });
    await checkModel(gradient, scanFeeds(3), 'grad:W', ['h', 'x', 'W']);
    const forward = jvp(scanModel('length'), { of: 'y', wrt: 'W', tangent: { W: 'u' } });
    await checkModel(forward, { ...scanFeeds(3), u: noise([3, 3], 9) }, 'tangent:y', ['h', 'W', 'u']);
  });
});

const loopFeeds = { z: spaced([2, 3], 5, 0.5, 1.5), c: spaced([3], 6) };

const count = (value: number): Values => ({ data: BigInt64Array.of(BigInt(value)), dims: [] });

describe('Loop', () => {
  it.each([0, 1, 2, 4])('with a trip count of %i agrees with finite differences and itself both ways', async (limit) => {
    const wrt = limit === 0 ? ['z'] : ['z', 'c'];
    await checkModel(loopModel({ limit }), loopFeeds, 'y', wrt);
    await checkModel(loopModel({ limit: 'input' }), { ...loopFeeds, limit: count(limit) }, 'y', wrt);
  });

  it('ended by a condition on data runs backwards as often as it ran', async () => {
    for (const bound of [1, 2, 3]) await checkModel(loopModel({ bound }), loopFeeds, 'y', ['z', 'c']);
    await checkModel(loopModel({ bound: 1, limit: 2 }), loopFeeds, 'y', ['z', 'c']);
  });

  it('may be differentiated twice', async () => {
    const gradient = vjp(loopModel({ limit: 'input' }), { of: 'y', wrt: 'c', seed: 'ones' });
    await checkModel(gradient, { ...loopFeeds, limit: count(3) }, 'grad:c', ['z', 'c']);
  });
});

describe('If', () => {
  const positive = spaced([2, 3], 1, 0.2, 1);
  const negative = spaced([2, 3], 1, -1, -0.2);
  it.each([
    ['both conditions', positive, spaced([3], 2, 0.1, 1)],
    ['the outer condition only', positive, spaced([3], 2, -1, -0.1)],
    ['no condition', negative, spaced([3], 2, 0.1, 1)],
  ])('gives the gradients of the branch that is taken: %s', async (_, x, w) => {
    await checkModel(ifModel(), { x, w }, 'y', ['x']);
    await checkModel(ifModel(), { x, w }, 'y', ['x', 'w']);
    await checkModel(ifModel(), { x, w }, 'y', ['w']);
  });

  it('may be differentiated twice', async () => {
    const feeds = { x: positive, w: spaced([3], 2, 0.1, 1) };
    await checkModel(vjp(ifModel(), { of: 'y', wrt: ['x', 'w'], seed: 'ones' }), feeds, 'grad:x', ['x', 'w']);
  });

  it('has no differentiable tensors inside for a caller', () => {
    expect(() => vjp(ifModel(), { of: 'result', wrt: 'x' })).toThrow(/"result" inside a body of If/);
    expect(() => jvp(ifModel(), { of: 'y', wrt: 'scaled' })).toThrow(/"scaled" inside a body of If/);
  });
});

describe('sequences', () => {
  /** Rows of x, each multiplied by w in a Loop that gathers them in a sequence, as exporters write lists. */
  function gathered(trips: 'input' | number): Model {
    const b = new GraphBuilder({ opset: 20 });
    const [x, w] = [b.input('x', 'float32', [3, 2]), b.input('w', 'float32', [2])];
    const count = trips === 'input' ? b.input('trips', 'int64', []) : b.i64(trips);
    const step = new GraphBuilder({ opset: 20, prefix: 'step/' });
    const [i, go] = [step.input('i', 'int64', []), step.input('go', 'bool', [])];
    const rows = 'rows_in';
    const row = step.op('Tanh', [step.op('Mul', [step.op('Gather', [x, i], { axis: 0 }), w])]);
    const more = step.op('SequenceInsert', [rows, row]);
    step.output(step.op('Identity', [go]), 'bool', []);
    const body = step.graph();
    const inputs = [...body.inputs, { name: rows, type: null }];
    const outputs = [...body.outputs, { name: more, type: null }];
    const [all] = b.ops('Loop', [count, '', b.op('SequenceEmpty', [])], 1, {
      body: { type: 'graph', value: { ...body, inputs, outputs } },
    });
    b.output(b.op('ConcatFromSequence', [all!], { axis: 0, new_axis: 1 }), 'float32', null, 'y');
    return b.model();
  }

  it('that a loop of known length gathers are tensors', async () => {
    const feeds = { x: spaced([3, 2], 1), w: spaced([2], 2) };
    const gradient = vjp(gathered(3), { of: 'y', wrt: ['x', 'w'], seed: 'ones' });
    const result = await run(gradient, feeds);
    const [x, w] = [feeds.x.data as Float32Array, feeds.w.data as Float32Array];
    const slope = Array.from(x, (v, k) => 1 / Math.cosh(v * w[k % 2]!) ** 2);
    expect(
      relativeError(
        result['grad:x']!.data as Float32Array,
        slope.map((s, k) => s * w[k % 2]!),
      ),
    ).toBeLessThan(1e-5);
    const expected = [0, 1].map((j) => [0, 2, 4].reduce((sum, k) => sum + slope[k + j]! * x[k + j]!, 0));
    expect(relativeError(result['grad:w']!.data as Float32Array, expected)).toBeLessThan(1e-5);
  });

  it('of unknown length are refused with what can be done', () => {
    expect(() => vjp(gathered('input'), { of: 'y', wrt: 'x' })).toThrow(/ConcatFromSequence.*not known before the run/);
  });
});

describe('bodies within bodies', () => {
  /** A Loop whose body chooses by the iteration between a Scan over the rows of x, and a product; c is captured at every depth. */
  function nested(): Model {
    const b = new GraphBuilder({ opset: 20 });
    const [z, c] = [b.input('z', 'float32', [3]), b.input('c', 'float32', [3])];
    const x = b.input('x', 'float32', ['rows', 3]);
    const count = b.input('trips', 'int64', []);
    const scan = new GraphBuilder({ opset: 20, prefix: 'scan/' });
    const [s, row] = [scan.input('s', 'float32', [3]), scan.input('row', 'float32', [3])];
    scan.output(scan.op('Tanh', [scan.op('Add', [scan.op('Mul', [s, c]), scan.op('Mul', [row, 'z_in'])])]), 'float32', [3]);
    const yes = new GraphBuilder({ opset: 20, prefix: 'yes/' });
    const attributes = { body: { type: 'graph', value: scan.graph() }, num_scan_inputs: 1 } as const;
    yes.output(yes.op('Scan', ['z_in', x], attributes), 'float32', [3]);
    const no = new GraphBuilder({ opset: 20, prefix: 'no/' });
    no.output(no.op('Mul', ['z_in', no.op('Sin', [c])]), 'float32', [3]);
    const step = new GraphBuilder({ opset: 20, prefix: 'step/' });
    const [i, go] = [step.input('i', 'int64', []), step.input('go', 'bool', [])];
    step.input('z_in', 'float32', [3]);
    const even = step.op('Equal', [step.op('Mod', [i, step.i64(2)]), step.i64(0)]);
    const branches = {
      then_branch: { type: 'graph', value: yes.graph() },
      else_branch: { type: 'graph', value: no.graph() },
    } as const;
    step.output(step.op('Identity', [go]), 'bool', []);
    step.output(step.op('If', [even], branches), 'float32', [3]);
    const last = b.op('Loop', [count, '', z], { body: { type: 'graph', value: step.graph() } });
    b.output(b.op('Mul', [last, last], {}, { output: 'y' }), 'float32', [3]);
    return b.model();
  }

  it.each([1, 2, 3])('have the gradients of everything they capture, over %i iterations', async (trips) => {
    const feeds = { z: spaced([3], 1), c: spaced([3], 2, 0.2, 1), x: spaced([2, 3], 3), trips: count(trips) };
    await checkModel(nested(), feeds, 'y', ['z', 'c', 'x']);
    await checkModel(nested(), feeds, 'y', ['c']);
    await checkModel(vjp(nested(), { of: 'y', wrt: 'c', seed: 'ones' }), feeds, 'grad:c', ['z', 'c', 'x']);
  });
});

describe('what a loop carries', () => {
  it('must not change its size where the trip count is not known', async () => {
    const b = new GraphBuilder({ opset: 20 });
    const x = b.input('x', 'float32', [2]);
    const grow = new GraphBuilder({ opset: 20, prefix: 'step/' });
    for (const [name, dtype] of [
      ['i', 'int64'],
      ['go', 'bool'],
    ] as const)
      grow.input(name, dtype, []);
    const list = grow.input('list', 'float32', null);
    grow.output(grow.op('Identity', ['go']), 'bool', []);
    grow.output(grow.op('Concat', [list, grow.op('Sin', [list])], { axis: 0 }), 'float32', null);
    const body = { type: 'graph', value: grow.graph() } as const;
    b.output(b.op('Loop', [b.input('trips', 'int64', []), '', x], { body }, { output: 'y' }), 'float32', null);
    expect(() => vjp(b.model(), { of: 'y', wrt: 'x' })).toThrow(/from \[2\] to \[4\].*state the trip count as a constant/);
    const unrolled = new GraphBuilder({ opset: 20 });
    unrolled.input('x', 'float32', [2]);
    unrolled.output(unrolled.op('Loop', [unrolled.i64(2), '', x], { body }, { output: 'y' }), 'float32', null);
    await checkModel(unrolled.model(), { x: spaced([2], 1) }, 'y', ['x']);
  });

  it('has no batch of tangents of its own along the axis of the iterations', () => {
    expect(() => jvp(scanModel('length'), { of: 'y', wrt: 'x', repeat: true })).toThrow(/ask without `repeat`/);
  });
});
