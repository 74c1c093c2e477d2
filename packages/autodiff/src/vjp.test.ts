import { GraphBuilder, type Model } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { MissingRuleError, NoPathError } from './errors.js';
import { jvp } from './jvp.js';
import { inner, noise, spaced } from './testing/random.js';
import { relativeError, run, type Values } from './testing/run.js';
import { vjp } from './vjp.js';

/** A small network with what SqueezeNet is made of: convolutions, ReLU, pooling, a concatenation, classes. */
function network(batch: number | string): Model {
  const b = new GraphBuilder({ opset: 18 });
  const weight = (dims: number[], seed: number) => b.f32(noise(dims, seed).data as Float32Array, dims);
  const image = b.input('image', 'float32', [batch, 3, 17, 17]);
  const stem = b.op(
    'Relu',
    [b.op('Conv', [image, weight([8, 3, 3, 3], 1), weight([8], 2)], { strides: [2, 2] })],
    {},
    { output: 'stem' },
  );
  const pooled = b.op('MaxPool', [stem], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }, { output: 'pooled' });
  const squeeze = b.op('Relu', [b.op('Conv', [pooled, weight([4, 8, 1, 1], 3)])]);
  const left = b.op('Relu', [b.op('Conv', [squeeze, weight([6, 4, 1, 1], 4)])]);
  const right = b.op('Relu', [b.op('Conv', [squeeze, weight([6, 4, 3, 3], 5)], { pads: [1, 1, 1, 1] })]);
  const fire = b.op('Concat', [left, right], { axis: 1 }, { output: 'fire' });
  const mixed = b.op('Conv', [fire, weight([8, 12, 1, 1], 6)]);
  const added = b.op('Add', [mixed, pooled], {}, { output: 'added' });
  const again = b.op('Concat', [b.op('Relu', [added]), b.op('Relu', [mixed])], { axis: 1 });
  const small = b.op('MaxPool', [again], { kernel_shape: [2, 2], strides: [2, 2] });
  const flat = b.op('Flatten', [b.op('GlobalAveragePool', [small])]);
  b.op('Gemm', [flat, weight([5, 16], 7), weight([5], 8)], { transB: 1 }, { output: 'logits' });
  b.output('logits', 'float32', [batch, 5]);
  return b.model();
}

const image = spaced([2, 3, 17, 17], 1);
const stack = (rows: readonly Values[]): Values => ({
  data: Float32Array.from(rows.flatMap((row) => [...(row.data as Float32Array)])),
  dims: [rows.length, ...rows[0]!.dims.slice(1)],
});

describe('vjp', () => {
  it('is the adjoint of jvp for the input and for tensors between, alone and together', async () => {
    const model = network('n');
    for (const wrt of [['image'], ['stem'], ['pooled'], ['fire'], ['added'], ['image', 'fire']]) {
      const kept = await run(
        vjp(model, { of: 'logits', wrt: wrt[0]!, keep: ['stem', 'pooled', 'fire', 'added', 'logits'], seed: 'ones' }),
        { image },
      );
      const at = (name: string): Values => (name === 'image' ? image : kept[name]!);
      const tangents = Object.fromEntries(wrt.map((name, i) => [`tangent:${name}`, noise(at(name).dims, 20 + i)]));
      const v = noise([2, 5], 9);
      for (const form of ['cpu', 'portable'] as const) {
        const forward = await run(jvp(model, { of: 'logits', wrt, form }), { image, ...tangents });
        const back = await run(vjp(model, { of: 'logits', wrt, form }), { image, 'cotangent:logits': v });
        const left = inner(v.data, forward['tangent:logits']!.data);
        const right = wrt.reduce((sum, name) => sum + inner(back[`grad:${name}`]!.data, tangents[`tangent:${name}`]!.data), 0);
        // With several tensors the ways overlap: forwards a tangent given at `fire` adds to what arrives there.
        expect(Math.abs(left - right) / Math.abs(left), `${form} by ${wrt}`).toBeLessThan(1e-5);
      }
    }
  });

  it('gives the same numbers when it is written for fixed sizes', async () => {
    const cotangent = noise([2, 5], 9);
    const free = await run(vjp(network('n'), { of: 'logits', wrt: 'image' }), { image, 'cotangent:logits': cotangent });
    const model = vjp(network('n'), { of: 'logits', wrt: 'image', shapes: { image: [2, 3, 17, 17] } });
    expect(model.graph.inputs[0]!.type!.shape).toEqual([2, 3, 17, 17]);
    const fixed = await run(model, { image, 'cotangent:logits': cotangent });
    expect(relativeError(fixed['grad:image']!.data as Float32Array, free['grad:image']!.data as Float32Array)).toBeLessThan(1e-6);
  });

  it('takes several outputs, names of cotangents, and keeps tensors', async () => {
    const model = vjp(network(2), { of: ['logits', 'fire'], wrt: 'image', cotangent: { logits: 'c' }, keep: ['stem'] });
    expect(model.graph.inputs.map((input) => input.name)).toEqual(['image', 'c', 'cotangent:fire']);
    expect(model.graph.outputs.map((output) => output.name)).toEqual(['grad:image', 'stem']);
    const results = await run(model, { image, c: noise([2, 5], 1), 'cotangent:fire': noise([2, 12, 4, 4], 2) });
    expect(results.stem!.dims).toEqual([2, 8, 8, 8]);
  });

  it('leaves out what the gradient does not need, and shares the weights', () => {
    const model = network(2);
    const gradient = vjp(model, { of: 'fire', wrt: 'image' });
    expect(gradient.graph.nodes.some((node) => node.outputs.includes('logits'))).toBe(false);
    for (const [name, tensor] of gradient.graph.initializers)
      if (model.graph.initializers.has(name)) expect(tensor).toBe(model.graph.initializers.get(name));
  });

  it('the derivative of a tensor by itself is the identity', async () => {
    const cotangent = noise([2, 5], 4);
    const back = await run(vjp(network(2), { of: 'logits', wrt: 'logits', keep: ['logits'] }), {
      image,
      'cotangent:logits': cotangent,
    });
    expect([...back['grad:logits']!.data]).toEqual([...cotangent.data]);
  });

  it('names the operator and the node that has no rule', () => {
    const b = new GraphBuilder();
    b.output(b.op('Warp', [b.input('x', 'float32', [2, 2])], {}, { output: 'y', domain: 'test' }), 'float32', []);
    expect(() => vjp(b.model(), { of: 'y', wrt: 'x' })).toThrow(MissingRuleError);
    expect(() => jvp(b.model(), { of: 'y', wrt: 'x' })).toThrow(/test.Warp \(node "y", inputs x\).*supportedOperators/);
  });

  it('refuses a gradient that would be zero by construction, and names that do not exist', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'float32', [2, 2]);
    const rounded = b.op('Round', [x], {}, { output: 'y' });
    b.output(rounded, 'float32', [2, 2]);
    expect(() => vjp(b.model(), { of: 'y', wrt: 'x' })).toThrow(NoPathError);
    expect(() => vjp(b.model(), { of: 'z', wrt: 'x' })).toThrow(/"z"/);
  });
});

describe('jvp with many tangents for one primal', () => {
  it('gives what as many single runs give', async () => {
    const model = network(1);
    const one: Values = { data: image.data.slice(0, 3 * 17 * 17) as Float32Array, dims: [1, 3, 17, 17] };
    for (const [wrt, dims] of Object.entries({ image: [1, 3, 17, 17], pooled: [1, 8, 4, 4], fire: [1, 12, 4, 4] })) {
      const tangents = [1, 2, 3].map((seed) => noise(dims, seed));
      for (const form of ['cpu', 'portable'] as const) {
        const many = await run(jvp(model, { of: 'logits', wrt, repeat: true, form }), {
          image: one,
          [`tangent:${wrt}`]: stack(tangents),
        });
        const single = jvp(model, { of: 'logits', wrt, form });
        const rows: Values[] = [];
        for (const tangent of tangents)
          rows.push((await run(single, { image: one, [`tangent:${wrt}`]: tangent }))['tangent:logits']!);
        expect(many['tangent:logits']!.dims).toEqual([3, 5]);
        expect(relativeError(many['tangent:logits']!.data as Float32Array, stack(rows).data as Float32Array)).toBeLessThan(1e-5);
      }
    }
  });
});
