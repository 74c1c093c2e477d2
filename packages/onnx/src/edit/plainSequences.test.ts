import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../build/builder.js';
import { runReference } from '../testing/session.node.js';
import type { Model } from '../types.js';
import { plainSequences, sequenceOperators } from './plainSequences.js';

const left = (model: Model): string[] => model.graph.nodes.map(({ op }) => op).filter((op) => sequenceOperators.has(op));

/** A sequence of x's parts, edited by the steps, joined, and one of its elements. */
function edited(
  axis: number,
  cut: 'each' | 'kept' | number,
  steps: readonly ['insert' | 'erase', number | null][],
  at: number,
): Model {
  const b = new GraphBuilder({ opset: 18 });
  const x = b.input('x', 'float32', [4, 6]);
  const split = typeof cut === 'number' ? [x, b.i64(cut)] : [x];
  let sequence = b.op('SplitToSequence', split, { axis, keepdims: cut === 'each' ? 0 : 1 });
  const first = b.op('SequenceAt', [sequence, b.i64(0)]);
  for (const [what, position] of steps) {
    const where = position === null ? [] : [b.i64(position)];
    sequence =
      what === 'insert'
        ? b.op('SequenceInsert', [sequence, b.op('Neg', [first]), ...where])
        : b.op('SequenceErase', [sequence, ...where]);
  }
  b.output(b.op('SequenceAt', [sequence, b.i64(at)]), 'float32', null, 'element');
  b.output(b.op('SequenceLength', [sequence]), 'int64', [], 'length');
  const joined = b.op('ConcatFromSequence', [sequence], cut === 'each' ? { axis: 0, new_axis: 1 } : { axis });
  b.output(joined, 'float32', null, 'joined');
  return b.model();
}

async function same(given: Model, plain: Model, feeds: Parameters<typeof runReference>[1]): Promise<void> {
  const [expected, actual] = [await runReference(given, feeds), await runReference(plain, feeds)];
  for (const [name, { data, dims }] of Object.entries(expected)) {
    expect([name, ...actual[name]!.dims]).toEqual([name, ...dims]);
    expect([...actual[name]!.data]).toEqual([...data]);
  }
}

describe('plainSequences', () => {
  it('gives what ONNX Runtime gives for any edits at known positions', async () => {
    const step = fc.tuple(fc.constantFrom('insert' as const, 'erase' as const), fc.option(fc.integer({ min: -1, max: 1 })));
    const cut = fc.constantFrom('each' as const, 'kept' as const, 2, 3);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 1),
        cut,
        fc.array(step, { maxLength: 3 }),
        fc.constantFrom(0, -1),
        async (axis, how, steps, at) => {
          const erased = steps.filter(([what]) => what === 'erase').length;
          if (erased > 0 && typeof how === 'number') return;
          const model = edited(axis, how, steps, at);
          const plain = plainSequences(model);
          expect(left(plain)).toEqual([]);
          await same(model, plain, { x: { dims: [4, 6] } });
        },
      ),
      { numRuns: 40, seed: 2 },
    );
  });

  it('gives each element to the body of a SequenceMap', async () => {
    const b = new GraphBuilder({ opset: 18 });
    const [x, y] = [b.input('x', 'float32', [2, 3]), b.input('y', 'float32', [3])];
    const body = new GraphBuilder({ opset: 18, prefix: 'body/' });
    const [p, q, r] = ['p', 'q', 'r'].map((name) => body.input(name, 'float32', null)) as [string, string, string];
    body.output(body.op('Add', [body.op('Mul', [p, q]), body.op('Mul', [r, x])]), 'float32', null);
    const rows = b.op('SequenceConstruct', [x, b.op('Exp', [x])]);
    const others = b.op('SequenceConstruct', [b.op('Neg', [x]), x]);
    const mapped = b.op('SequenceMap', [rows, others, y], { body: { type: 'graph', value: body.graph() } });
    b.output(b.op('ConcatFromSequence', [mapped], { axis: -1 }), 'float32', null, 'z');
    const plain = plainSequences(b.model());
    expect(left(plain)).toEqual([]);
    const numbers = Float32Array.from([1, 2, 3, -1, -2, -3]);
    const row = (i: number) => [numbers[i]!, Math.exp(numbers[i]!), i % 3] as const;
    const z = (await runReference(plain, { x: { dims: [2, 3], data: numbers }, y: { dims: [3], data: [0, 1, 2] } })).z!;
    const expected = [0, 1].flatMap((k) => [
      ...[0, 1, 2].map((j) => -(row(3 * k + j)[0] ** 2) + j * row(3 * k + j)[0]),
      ...[0, 1, 2].map((j) => row(3 * k + j)[1] * row(3 * k + j)[0] + j * row(3 * k + j)[0]),
    ]);
    for (const [i, value] of expected.entries()) expect(Number(z.data[i])).toBeCloseTo(value, 4);
  });

  it('takes optional tensors out', async () => {
    const b = new GraphBuilder({ opset: 18 });
    const optional = b.op('Identity', [b.op('Optional', [b.input('x', 'float32', [2])])]);
    b.output(b.op('Exp', [b.op('OptionalGetElement', [optional])]), 'float32', [2], 'y');
    b.output(b.op('OptionalHasElement', [optional]), 'bool', [], 'there');
    const plain = plainSequences(b.model());
    expect(left(plain)).toEqual([]);
    const { y, there } = await runReference(plain, { x: { dims: [2], data: [0, 0] } });
    expect([...y!.data, ...there!.data].map(Number)).toEqual([1, 1, 1]);
  });

  it('leaves what depends on data', () => {
    const b = new GraphBuilder({ opset: 18 });
    const sequence = b.op('SplitToSequence', [b.input('x', 'float32', ['n', 2])]);
    b.output(b.op('SequenceAt', [sequence, b.input('at', 'int64', [])]), 'float32', null, 'y');
    expect(plainSequences(b.model())).toEqual(b.model());
  });
});
