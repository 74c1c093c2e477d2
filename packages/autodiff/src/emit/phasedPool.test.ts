import { GraphBuilder, type Model } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { noise, uniform } from '../testing/random.js';
import { relativeError, run, type Values } from '../testing/run.js';
import { vjp } from '../vjp.js';

interface Setup {
  readonly channels: number;
  readonly size: readonly [number, number];
  readonly conv: { readonly kernel: number; readonly stride: number; readonly pad: number };
  readonly pool: { readonly kernel: readonly [number, number]; readonly pads: number[]; readonly ceil?: number };
}

/** Small whole numbers, so that the windows are full of ties, also of positive ones. */
function levels(dims: number[], seed: number): Values {
  const next = uniform(seed);
  return { dims, data: Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => Math.floor(next() * 3) - 1) };
}

function network({ channels, size, conv, pool }: Setup, halves: number): Model {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', [2, channels, ...size]);
  const weight = (dims: number[], seed: number): string => b.f32(levels(dims, seed).data as Float32Array, dims);
  const { kernel, stride, pad } = conv;
  const parts = Array.from({ length: halves }, (_, i) => {
    const dims = [16, channels, kernel, kernel];
    return b.op('Relu', [b.op('Conv', [x, weight(dims, i)], { strides: [stride, stride], pads: [pad, pad, pad, pad] })]);
  });
  const whole = halves === 1 ? parts[0]! : b.op('Concat', parts, { axis: 1 });
  const attributes = { kernel_shape: pool.kernel, strides: [2, 2], pads: pool.pads, ceil_mode: pool.ceil ?? 0 };
  const pooled = b.op('MaxPool', [whole], attributes, { output: 'pooled' });
  b.output(
    b.op('Conv', [pooled, b.f32(noise([3, 16 * halves, 1, 1], 9).data as Float32Array, [3, 16 * halves, 1, 1])]),
    'float32',
    null,
    'y',
  );
  return b.model();
}

const ops = (model: Model): string[] => model.graph.nodes.map((node) => node.op);

describe('the gradient of convolution, ReLU and max-pool, by even and odd rows and columns', () => {
  const same = { kernel: 3, stride: 1, pad: 1 };
  const stem = { kernel: 3, stride: 2, pad: 0 };
  const three = { kernel: [3, 3] as const, pads: [0, 0, 0, 0] };
  const setups: readonly Setup[] = [
    { channels: 5, size: [11, 13], conv: same, pool: three },
    { channels: 5, size: [10, 9], conv: { kernel: 1, stride: 1, pad: 0 }, pool: three },
    { channels: 5, size: [12, 11], conv: { kernel: 5, stride: 1, pad: 1 }, pool: { kernel: [2, 3], pads: [0, 1, 0, 1] } },
    { channels: 5, size: [9, 10], conv: { kernel: 3, stride: 1, pad: 0 }, pool: { kernel: [2, 2], pads: [0, 0, 0, 0], ceil: 1 } },
    { channels: 3, size: [23, 25], conv: stem, pool: three },
    { channels: 3, size: [24, 22], conv: stem, pool: { ...three, ceil: 1 } },
    { channels: 3, size: [20, 21], conv: { kernel: 7, stride: 2, pad: 3 }, pool: { kernel: [3, 3], pads: [1, 1, 1, 1] } },
    { channels: 1, size: [30, 31], conv: { kernel: 11, stride: 4, pad: 2 }, pool: three },
  ];
  for (const setup of setups)
    for (const halves of [1, 2])
      it(`is that of the whole, ties and all, for ${JSON.stringify(setup)} in ${halves}`, async () => {
        const model = network(setup, halves);
        const [phased, plain] = (['cpu', 'portable'] as const).map((form) => vjp(model, { of: 'y', wrt: 'x', form })) as [
          Model,
          Model,
        ];
        expect(ops(phased).filter((op) => op === 'Equal')).toEqual([]);
        expect(ops(plain)).toContain('Equal');
        const x = levels([2, setup.channels, ...setup.size], 2);
        const y = (await run(model, { x })).y!;
        const feeds = { x, 'cotangent:y': noise(y.dims, 3) };
        const [a, b] = [(await run(phased, feeds))['grad:x']!, (await run(plain, feeds))['grad:x']!];
        expect(a.dims).toEqual(b.dims);
        expect(relativeError(a.data as Float32Array, b.data as Float32Array)).toBeLessThan(1e-6);
      });

  it('leaves what is asked for between convolution and pool as it is', async () => {
    const model = network(setups[0]!, 1);
    const relu = model.graph.nodes.find((node) => node.op === 'Relu')!.outputs[0]!;
    const x = levels([2, 5, 11, 13], 2);
    const g = noise((await run(model, { x })).y!.dims, 3);
    const both = await run(vjp(model, { of: 'y', wrt: ['x', relu], keep: ['pooled'] }), { x, 'cotangent:y': g });
    const alone = await run(vjp(model, { of: 'y', wrt: 'x' }), { x, 'cotangent:y': g });
    expect(relativeError(both['grad:x']!.data as Float32Array, alone['grad:x']!.data as Float32Array)).toBeLessThan(1e-6);
    expect(both[`grad:${relu}`]!.dims).toEqual([2, 16, 11, 13]);
    expect(both.pooled!.dims).toEqual([2, 16, 5, 6]);
  });
});
