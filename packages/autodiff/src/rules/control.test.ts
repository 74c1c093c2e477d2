import type { Model } from '@incognita/onnx';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ifModel, loopModel, scanModel } from '../conformance/control.js';
import { jvp } from '../jvp.js';
import { checkProblem } from '../testing/check.js';
import { noise, spaced } from '../testing/random.js';
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
