import { GraphBuilder, type Model } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { jvp } from './jvp.js';
import { checkProblem } from './testing/check.js';
import { inner, noise, spaced } from './testing/random.js';
import { relativeError, run, type Values } from './testing/run.js';
import { vjp } from './vjp.js';

const weight = (b: GraphBuilder, dims: number[], seed: number): string => b.f32(noise(dims, seed).data as Float32Array, dims);

/** softmax(tanh(x A + a) B) C */
function perceptron(): Model {
  const b = new GraphBuilder({ opset: 18 });
  const x = b.input('x', 'float32', ['n', 4]);
  const hidden = b.op('Tanh', [b.op('Gemm', [x, weight(b, [4, 5], 1), weight(b, [5], 2)])]);
  const classes = b.op('Softmax', [b.op('MatMul', [hidden, weight(b, [5, 3], 3)])], { axis: -1 });
  b.op('MatMul', [classes, weight(b, [3, 3], 4)], {}, { output: 'y' });
  b.output('y', 'float32', ['n', 3]);
  return b.model();
}

/** Two convolutions, one of them with stride, a normalization and averages between, classes. */
function convolutional(activation: string): Model {
  const b = new GraphBuilder({ opset: 20 });
  const x = b.input('x', 'float32', [2, 2, 9, 9]);
  const first = b.op(activation, [b.op('Conv', [x, weight(b, [4, 2, 3, 3], 1), weight(b, [4], 2)], { pads: [1, 1, 1, 1] })]);
  const normal = b.op('InstanceNormalization', [first, weight(b, [4], 3), weight(b, [4], 4)]);
  const pooled = b.op('AveragePool', [normal], { kernel_shape: [2, 2], strides: [2, 2] });
  const second = b.op(activation, [b.op('Conv', [pooled, weight(b, [3, 4, 3, 3], 5)], { strides: [2, 2] })]);
  const flat = b.op('Flatten', [b.op('GlobalAveragePool', [second])]);
  b.op('LogSoftmax', [b.op('Gemm', [flat, weight(b, [3, 3], 6)])], { axis: -1 }, { output: 'y' });
  b.output('y', 'float32', [2, 3]);
  return b.model();
}

/** A gate that a ReLU and a max-pool close: piecewise linear inside, curved by the square at the end. */
function rectified(): Model {
  const b = new GraphBuilder({ opset: 18 });
  const x = b.input('x', 'float32', [1, 2, 8, 8]);
  const first = b.op('Relu', [b.op('Conv', [x, weight(b, [3, 2, 3, 3], 1)], { pads: [1, 1, 1, 1] })]);
  const pooled = b.op('MaxPool', [first], { kernel_shape: [3, 3], strides: [2, 2] });
  const flat = b.op('Flatten', [pooled]);
  b.op('Sigmoid', [b.op('MatMul', [flat, weight(b, [27, 2], 3)])], {}, { output: 'y' });
  b.output('y', 'float32', [1, 2]);
  return b.model();
}

const networks: readonly [string, Model, Values][] = [
  ['Gemm, Tanh and Softmax', perceptron(), spaced([2, 4], 7)],
  ['convolutions with Tanh', convolutional('Tanh'), noise([2, 2, 9, 9], 8)],
  ['convolutions with Gelu', convolutional('Gelu'), noise([2, 2, 9, 9], 9)],
  ['ReLU and max-pool', rectified(), spaced([1, 2, 8, 8], 10)],
];

describe('second derivatives of a network of', () => {
  it.each(networks)('%s: the derivative of the gradient is that of its differences', async (_, model, x) => {
    const gradient = vjp(model, { of: 'y', wrt: 'x' });
    const feeds = {
      x,
      'cotangent:y': noise(
        model.graph.outputs[0]!.type!.shape!.map((d) => (d === 'n' ? 2 : (d as number))),
        3,
      ),
    };
    await checkProblem({ model: gradient, feeds, of: ['grad:x'], wrt: ['x', 'cotangent:y'], step: 5e-4 });
  });

  it.each(networks)('%s: the derivative of the tangent is that of its differences', async (_, model, x) => {
    const tangent = jvp(model, { of: 'y', wrt: 'x', tangent: { x: 'u' } });
    await checkProblem({ model: tangent, feeds: { x, u: noise(x.dims, 4) }, of: ['tangent:y'], wrt: ['x', 'u'], step: 5e-4 });
  });

  it.each(networks)(
    '%s: Hessian times vector is the same forwards over backwards and backwards over forwards',
    async (_, model, x) => {
      const u = noise(x.dims, 5);
      const forwards = jvp(vjp(model, { of: 'y', wrt: 'x', seed: 'ones' }), { of: 'grad:x', wrt: 'x' });
      const backwards = vjp(jvp(model, { of: 'y', wrt: 'x' }), { of: 'tangent:y', wrt: 'x', seed: 'ones' });
      const [a, b] = [await run(forwards, { x, 'tangent:x': u }), await run(backwards, { x, 'tangent:x': u })];
      const [p, q] = [a['tangent:grad:x']!.data as Float32Array, b['grad:x']!.data as Float32Array];
      expect(Math.sqrt(inner(q, q))).toBeGreaterThan(1e-4);
      expect(relativeError(p, q)).toBeLessThan(1e-4);
    },
  );
});

describe('a derivative of a derivative', () => {
  it('gives its results their names though the model has tensors of these names', async () => {
    const once = vjp(perceptron(), { of: 'y', wrt: 'x' });
    const twice = vjp(once, { of: 'grad:x', wrt: 'x' });
    expect(twice.graph.inputs.map(({ name }) => name)).toEqual(['x', 'cotangent:y', 'cotangent:grad:x']);
    expect(twice.graph.outputs.map(({ name }) => name)).toEqual(['grad:x']);
    expect(() => vjp(once, { of: 'grad:x', wrt: 'x', keep: ['grad:x'] })).toThrow(/"grad:x" has the name of another result/);
  });

  it('needs other names for inputs that the model has already', () => {
    const once = jvp(perceptron(), { of: 'y', wrt: 'x' });
    expect(() => jvp(once, { of: 'tangent:y', wrt: 'x' })).toThrow(/has an input "tangent:x" already/);
    const twice = jvp(once, { of: 'tangent:y', wrt: 'x', tangent: { x: 'v' } });
    expect(twice.graph.inputs.map(({ name }) => name)).toEqual(['x', 'tangent:x', 'v']);
  });

  it('goes to the third order', async () => {
    const third = vjp(
      jvp(vjp(perceptron(), { of: 'y', wrt: 'x', cotangent: { y: 'c' } }), { of: 'grad:x', wrt: 'x', tangent: { x: 'u' } }),
      {
        of: 'tangent:grad:x',
        wrt: 'x',
        seed: 'ones',
      },
    );
    const feeds = { x: spaced([1, 4], 7), c: noise([1, 3], 2), u: noise([1, 4], 3) };
    await checkProblem({ model: third, feeds, of: ['grad:x'], wrt: ['u'] });
  });
});
