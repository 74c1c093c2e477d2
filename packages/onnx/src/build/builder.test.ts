import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './builder.js';

describe('GraphBuilder', () => {
  it('gives names that no other value has', () => {
    const b = new GraphBuilder();
    const x = b.input('relu', 'float32', [2]);
    expect(b.op('Relu', [x])).not.toBe(x);
  });

  it('refuses a second node that writes the same name', () => {
    const b = new GraphBuilder();
    const first = b.op('Conv', [b.input('x', 'float32', ['n', 3, 8, 8]), b.f32(new Float32Array(27), [1, 3, 3, 3])]);
    expect(() => b.op('Relu', [first], {}, { output: first })).toThrow(`Two nodes cannot both write "${first}"`);
  });
});
