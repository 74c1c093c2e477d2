import { GraphBuilder, type Model } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { noise } from '../testing/random.js';
import { relativeError, run } from '../testing/run.js';
import { vjp } from '../vjp.js';

interface Setup {
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
}

function convolution({ size, kernel, pads }: Setup): Model {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', ['n', 64, ...size]);
  const w = b.f32(noise([80, 64, ...kernel], 1).data as Float32Array, [80, 64, ...kernel]);
  b.output(b.op('Conv', [x, w], { strides: [2, 2], pads }), 'float32', null, 'y');
  return b.model();
}

describe('the gradient of a strided convolution with many channels', () => {
  const setups: readonly Setup[] = [
    { size: [13, 13], kernel: [3, 3], pads: [0, 0, 0, 0] },
    { size: [12, 14], kernel: [3, 3], pads: [1, 1, 1, 1] },
    { size: [11, 8], kernel: [5, 2], pads: [2, 0, 2, 0] },
    { size: [9, 10], kernel: [3, 7], pads: [1, 3, 1, 3] },
    { size: [8, 8], kernel: [2, 2], pads: [0, 0, 0, 0] },
  ];
  for (const setup of setups)
    it(`is one convolution a phase, and the transposed convolution's result, for ${JSON.stringify(setup)}`, async () => {
      const model = convolution(setup);
      const [phased, transposed] = (['cpu', 'portable'] as const).map((form) => vjp(model, { of: 'y', wrt: 'x', form })) as [
        Model,
        Model,
      ];
      const ops = (made: Model): string[] => made.graph.nodes.map((node) => node.op);
      expect(ops(phased).filter((op) => op === 'Conv').length).toBe(4);
      expect(ops(transposed)).toContain('ConvTranspose');
      const x = noise([2, 64, ...setup.size], 2);
      const y = (await run(model, { x })).y!;
      const feeds = { x, 'cotangent:y': noise(y.dims, 3) };
      const [a, b] = [(await run(phased, feeds))['grad:x']!, (await run(transposed, feeds))['grad:x']!];
      expect(a.dims).toEqual(b.dims);
      expect(relativeError(a.data as Float32Array, b.data as Float32Array)).toBeLessThan(1e-6);
    });

  it('stays a transposed convolution where a phase would see no tap of the kernel', () => {
    const model = convolution({ size: [8, 8], kernel: [1, 1], pads: [0, 0, 0, 0] });
    expect(vjp(model, { of: 'y', wrt: 'x' }).graph.nodes.map((node) => node.op)).toContain('ConvTranspose');
  });
});
