import { constantTensor, dequantize, GraphBuilder, type Model } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { MissingRuleError } from './errors.js';
import { jvp } from './jvp.js';
import { operatorsWithoutRule } from './operators.js';
import { inner, noise } from './testing/random.js';
import { relativeError, run } from './testing/run.js';
import { vjp } from './vjp.js';

/** y = x + tanh(round(x) W), W of 8 bits; the rounding steps are 1/16. */
function residual(rounded = true): Model {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', [2, 4]);
  const parameters = [b.f32(1 / 16), b.initializer(constantTensor('uint8', [128], []), 'zero')];
  const pair = (v: string): string => b.op('DequantizeLinear', [b.op('QuantizeLinear', [v, ...parameters]), ...parameters]);
  const whole = Array.from({ length: 16 }, (_, i) => ((i * 37) % 200) - 100);
  const scale = b.input('scale', 'float32', [4]);
  const weight = b.op('DequantizeLinear', [b.initializer(constantTensor('int8', whole, [4, 4]), 'w'), scale], { axis: 1 });
  const product = b.op('MatMul', [rounded ? pair(x) : x, weight]);
  b.output(b.op('Add', [x, b.op('Tanh', [product])]), 'float32', [2, 4], 'y');
  return b.model();
}

describe('a quantised model', () => {
  it('is refused with the remedy, also where a way around the rounding exists', () => {
    for (const derivative of [vjp, jvp]) {
      expect(() => derivative(residual(), { of: 'y', wrt: 'x' })).toThrow(MissingRuleError);
      expect(() => derivative(residual(), { of: 'y', wrt: 'x' })).toThrow(/QuantizeLinear.*dequantize\(model\)/);
    }
  });

  it('has the gradient of the float model after dequantize', async () => {
    const feeds = { x: noise([2, 4], 1), scale: { data: Float32Array.of(0.01, 0.005, 0.02, 0.008), dims: [4] } };
    const given = { ...feeds, 'cotangent:y': noise([2, 4], 2) };
    const results = [];
    for (const model of [dequantize(residual()), residual(false)])
      results.push((await run(vjp(model, { of: 'y', wrt: ['x', 'scale'] }), given)) as Record<string, { data: Float32Array }>);
    for (const name of ['grad:x', 'grad:scale'])
      expect(relativeError(results[0]![name]!.data, results[1]![name]!.data)).toBeLessThan(1e-6);
  });

  it('passes a gradient to the scale of a weight, which the rounding of activations does not reach', async () => {
    const model = residual();
    const feeds = { x: noise([2, 4], 1), scale: { data: Float32Array.of(0.01, 0.005, 0.02, 0.008), dims: [4] } };
    const [v, u] = [noise([2, 4], 2), noise([4], 3)];
    const back = await run(vjp(model, { of: 'y', wrt: 'scale' }), { ...feeds, 'cotangent:y': v });
    const forward = await run(jvp(model, { of: 'y', wrt: 'scale' }), { ...feeds, 'tangent:scale': u });
    const [left, right] = [inner(v.data, forward['tangent:y']!.data), inner(back['grad:scale']!.data, u.data)];
    expect(Math.abs(left - right)).toBeLessThan(1e-4 * Math.abs(left));
  });
});

describe('a layout that has no plain form', () => {
  it('is reported among the operators without a rule', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'float32', [1, 8, 4, 4]);
    b.output(b.op('ReorderOutput', [x], {}, { domain: 'com.microsoft.nchwc' }), 'float32', null, 'y');
    expect(operatorsWithoutRule(b.model()).map(({ op }) => op)).toEqual(['com.microsoft.nchwc.ReorderOutput']);
  });
});
