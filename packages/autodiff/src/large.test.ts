import { GraphBuilder, type Model, ops, read, write } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { vjp } from './vjp.js';

/** 200 residual blocks of five nodes. */
function residual(): Model {
  const b = new GraphBuilder();
  const weight = b.f32(new Float32Array(8 * 8 * 9).fill(0.01), [8, 8, 3, 3]);
  let x = b.input('x', 'float32', ['n', 8, 'h', 'w']);
  for (let i = 0; i < 200; i++) {
    const inner = ops.relu(b, ops.conv(b, x, weight, undefined, { pads: [1, 1, 1, 1] }));
    x = ops.relu(b, ops.add(b, x, ops.conv(b, inner, weight, undefined, { pads: [1, 1, 1, 1] })));
  }
  b.output(x, 'float32', null, 'y');
  return b.model();
}

describe('a large model', () => {
  it('of 1,000 nodes is differentiated in under 100 ms of processor time', () => {
    const model = residual();
    const times = Array.from({ length: 8 }, () => {
      const start = process.cpuUsage();
      vjp(model, { of: 'y', wrt: 'x' });
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    });
    expect(Math.min(...times)).toBeLessThan(100);
  });

  it('keeps its weights where they are, and the file of its gradient points at them', () => {
    const b = new GraphBuilder();
    const width = 512;
    const weight = b.f32(new Float32Array(width * width).fill(0.5), [width, width]);
    b.output(ops.relu(b, ops.matMul(b, b.input('x', 'float32', ['n', width]), weight)), 'float32', null, 'y');
    const model = read(write(b.model()));
    const gradient = vjp(model, { of: 'y', wrt: 'x' });
    const bytes = (of: Model): ArrayBufferLike | null => {
      const { data } = of.graph.initializers.get(weight)!;
      return data.kind === 'inline' ? data.bytes.buffer : null;
    };
    expect(bytes(gradient)).toBe(bytes(model));
    expect(write(gradient, { external: { location: 'model.onnx' } }).length).toBeLessThan(4096);
  });
});
