import { GraphBuilder, type Model } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { jvp } from '../jvp.js';
import { noise } from '../testing/random.js';
import { relativeError, run } from '../testing/run.js';
import { vjp } from '../vjp.js';

type Write = (b: GraphBuilder, x: string) => string;
const erf: Write = (b, x) => b.op('Erf', [b.op('Div', [x, b.f32(Math.SQRT2)])]);
const forms: Readonly<Record<string, Write>> = {
  'x (1 + erf) ½': (b, x) => b.op('Mul', [b.op('Mul', [x, b.op('Add', [erf(b, x), b.f32(1)])]), b.f32(0.5)]),
  'x ½ (1 + erf)': (b, x) => b.op('Mul', [b.op('Mul', [x, b.f32(0.5)]), b.op('Add', [b.f32(1), erf(b, x)])]),
  'x (½ (erf + 1))': (b, x) =>
    b.op('Mul', [x, b.op('Mul', [b.f32(0.5), b.op('Add', [b.op('Erf', [b.op('Mul', [b.f32(Math.SQRT1_2), x])]), b.f32(1)])])]),
  'the operator': (b, x) => b.op('Gelu', [x]),
};

function model(write: Write): Model {
  const b = new GraphBuilder({ opset: 20 });
  const x = b.op('Mul', [b.input('x', 'float32', ['n', 50]), b.f32(2)]);
  b.output(b.op('Identity', [write(b, x)]), 'float32', ['n', 50], 'y');
  return b.model();
}

const count = (made: Model, op: string): number => made.graph.nodes.filter((node) => node.op === op).length;
const x = noise([2, 50], 1);
const cotangent = noise([2, 50], 2);

describe('a GELU', () => {
  for (const [name, write] of Object.entries(forms))
    it(`written as ${name} is undone with one error function and one exponential, exactly`, async () => {
      const given = model(write);
      const back = vjp(given, { of: 'y', wrt: 'x', keep: ['y'] });
      expect([count(back, 'Erf'), count(back, 'Exp')]).toEqual([1, 1]);
      const results = await run(back, { x, 'cotangent:y': cotangent });
      const forward = await run(jvp(given, { of: 'y', wrt: 'x', keep: ['y'] }), {
        x,
        'tangent:x': { dims: x.dims, data: new Float32Array(100).fill(1) },
      });
      const expected = forward['tangent:y']!.data as Float32Array;
      expect(relativeError(results.y!.data as Float32Array, forward.y!.data as Float32Array)).toBeLessThan(1e-6);
      expect(
        relativeError(
          results['grad:x']!.data as Float32Array,
          expected.map((slope, i) => slope * cotangent.data[i]!),
        ),
      ).toBeLessThan(1e-6);
    });

  it('is left as it is written where somebody asks for the gradient by what lies between', async () => {
    const given = model(forms['x (1 + erf) ½']!);
    const between = given.graph.nodes.find((node) => node.op === 'Erf')!.outputs[0]!;
    const back = await run(vjp(given, { of: 'y', wrt: between }), { x, 'cotangent:y': cotangent });
    const expected = Float32Array.from(x.data, (v, i) => v * cotangent.data[i]!);
    expect(relativeError(back[`grad:${between}`]!.data as Float32Array, expected)).toBeLessThan(1e-6);
  });
});
