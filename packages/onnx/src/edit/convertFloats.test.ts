import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../build/builder.js';
import { inferShapes } from '../shapes/infer.js';
import { constantTensor, numbersOf } from '../tensor/constants.js';
import { runReference } from '../testing/session.node.js';
import type { Model } from '../types.js';
import { convertFloats } from './convertFloats.js';

/** y = (x w + 1) resized to twice its width, by a Constant, a ConstantOfShape and a Cast. */
function network(): Model {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', [1, 1, 2, 2]);
  const w = b.initializer(constantTensor('float32', [1, 2, 3, 4], [2, 2]), 'w');
  const one = b.op('Constant', [], { value: constantTensor('float32', [1], []) });
  const zeros = b.op('ConstantOfShape', [b.i64([1])]);
  const count = b.op('Cast', [b.op('Size', [x])], { to: 1 });
  const sum = b.op('Add', [b.op('Add', [b.op('MatMul', [x, w]), one]), b.op('Mul', [zeros, count])]);
  const y = b.op('Resize', [sum, '', b.f32([1, 1, 1, 2])], { mode: 'nearest' });
  b.output(y, 'float32', null, 'y');
  return b.model();
}

describe('convertFloats', () => {
  it('leaves no value of another floating-point type, but for what the specification wants in float32', () => {
    for (const to of ['float16', 'bfloat16', 'float64'] as const) {
      const converted = convertFloats(network(), to);
      const types = inferShapes(converted);
      const [resize] = converted.graph.nodes.filter((node) => node.op === 'Resize');
      for (const [name, { dtype }] of types)
        if (dtype.includes('float')) expect(dtype, name).toBe(name === resize!.inputs[2] ? 'float32' : to);
      expect(converted.graph.inputs[0]!.type!.dtype).toBe(to);
      expect(types.get('y')!.dtype).toBe(to);
    }
  });

  it('there and back computes the same', async () => {
    const feed = { x: { dims: [1, 1, 2, 2], data: [1, -2, 0.5, 3] } };
    const back = convertFloats(convertFloats(network(), 'float16'), 'float32');
    expect([...(await runReference(back, feed)).y!.data]).toEqual([...(await runReference(network(), feed)).y!.data]);
  });

  it('keeps constants finite and small ones from vanishing in float16, and infinities infinite', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'float32', ['n']);
    b.output(b.op('Add', [x, b.f32([3e38, -3e38, 1e-12, -1e-12, 0, -Infinity])]), 'float32', null, 'y');
    const [tensor] = [...convertFloats(b.model(), 'float16').graph.initializers.values()];
    const [large, low, small, negative, zero, mask] = Array.from(numbersOf(tensor!)!);
    expect([large, low, zero, mask]).toEqual([65504, -65504, 0, -Infinity]);
    expect(small).toBe(2 ** -23); // the nearest to 1e-7
    expect(negative).toBe(-small!);
  });

  it('rounds numbers in range to half precision', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 6e4, noNaN: true }), (value) => {
        const b = new GraphBuilder();
        b.output(b.op('Neg', [b.f32([value])]), 'float32', null, 'y');
        const [tensor] = [...convertFloats(b.model(), 'float16').graph.initializers.values()];
        expect(Math.abs(numbersOf(tensor!)![0]! / value - 1)).toBeLessThan(2 ** -11 + 2 ** -23);
      }),
    );
  });

  it('converts what If carries', () => {
    const inner = new GraphBuilder();
    inner.output(inner.op('Mul', ['x', inner.f32(2)]), 'float32', null, 'out');
    const b = new GraphBuilder();
    b.input('x', 'float32', ['n']);
    const condition = b.input('c', 'bool', []);
    const branch = { type: 'graph' as const, value: inner.graph() };
    b.output(b.op('If', [condition], { then_branch: branch, else_branch: branch }), 'float32', null, 'y');
    const [node] = convertFloats(b.model(), 'float16').graph.nodes;
    const graph = node!.attributes.then_branch!;
    expect(graph.type === 'graph' && [...graph.value.initializers.values()].map((tensor) => tensor.dtype)).toEqual(['float16']);
  });
});
