import { GraphBuilder, type Model, ops } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { jvp } from './jvp.js';
import { operatorsWithoutRule } from './operators.js';
import { noise } from './testing/random.js';
import { relativeError, run } from './testing/run.js';
import { vjp } from './vjp.js';

describe('composite operators of the default domain', () => {
  /** y = shrink(x), z = shrink(w) · y. */
  function besideTheWay(): Model {
    const b = new GraphBuilder();
    const [x, w] = [b.input('x', 'float32', ['n', 3]), b.input('w', 'float32', ['n', 3])];
    const y = b.op('Shrink', [x], {}, { output: 'y' });
    b.output(b.op('Mul', [b.op('Shrink', [w]), y], {}, { output: 'z' }), 'float32', ['n', 3]);
    return b.model();
  }

  it('keep their fused kernel beside the way', () => {
    const gradient = vjp(besideTheWay(), { of: 'z', wrt: 'x' });
    expect(gradient.graph.nodes.filter((node) => node.op === 'Shrink')).toHaveLength(1);
  });

  it('keep the names of their outputs', () => {
    const gradient = vjp(besideTheWay(), { of: 'z', wrt: 'y', keep: ['y'] });
    expect(gradient.graph.outputs.map((value) => value.name)).toEqual(['grad:y', 'y']);
  });

  it('take many tangents against one primal', async () => {
    const b = new GraphBuilder({ opset: 24 });
    const [width, count] = [8, 4];
    const matrix = b.f32(
      Float32Array.from({ length: width * width }, (_, i) => Math.sin(i)),
      [width, width],
    );
    const normal = b.op('RMSNormalization', [b.input('x', 'float32', ['n', 3, width]), b.f32(new Float32Array(width).fill(2))]);
    const query = ops.matMul(b, normal, matrix);
    const heads = { q_num_heads: 2, kv_num_heads: 2, is_causal: 1 };
    b.output(b.op('Swish', [b.op('Attention', [query, normal, query], heads)]), 'float32', null, 'z');
    const model = b.model();
    const x = noise([1, 3, width], 1);
    const tangents = noise([count, 3, width], 2);
    const many = await run(jvp(model, { of: 'z', wrt: 'x', repeat: true }), { x, 'tangent:x': tangents });
    const size = 3 * width;
    for (let k = 0; k < count; k++) {
      const tangent = { dims: [1, 3, width], data: tangents.data.slice(k * size, (k + 1) * size) };
      const one = await run(jvp(model, { of: 'z', wrt: 'x' }), { x, 'tangent:x': tangent });
      const [got, want] = [many['tangent:z']!.data as Float32Array, one['tangent:z']!.data as Float32Array];
      expect(Math.hypot(...want)).toBeGreaterThan(0.1);
      expect(relativeError(got.slice(k * size, (k + 1) * size), want)).toBeLessThan(1e-6);
    }
  });

  it('are not reported as operators without a rule', () => {
    expect(operatorsWithoutRule(besideTheWay())).toEqual([]);
  });
});
