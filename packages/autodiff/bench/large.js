/**
 * How long it takes to write a gradient, and whether that copies weights; nothing is run.
 *
 *   node --expose-gc packages/autodiff/bench/large.js
 */
import { performance } from 'node:perf_hooks';
import { GraphBuilder, inferShapes, ops, read, write } from '@incognita/onnx';
import { jvp, vjp } from '../dist/index.js';

const MEGABYTE = 2 ** 20;

/** Residual blocks Conv, Relu, Conv, Add, Relu over 16 channels, with a batch of any size. */
function residual(blocks) {
  const b = new GraphBuilder();
  const weight = b.f32(new Float32Array(16 * 16 * 9).fill(0.01), [16, 16, 3, 3]);
  let x = b.input('x', 'float32', ['n', 16, 32, 32]);
  for (let i = 0; i < blocks; i++) {
    const inner = ops.relu(b, ops.conv(b, x, weight, undefined, { pads: [1, 1, 1, 1] }));
    x = ops.relu(b, ops.add(b, x, ops.conv(b, inner, weight, undefined, { pads: [1, 1, 1, 1] })));
  }
  b.output(x, 'float32', null, 'y');
  return b.model();
}

/** Blocks of layer normalization, attention and a dense pair, as exporters write them, over symbolic batch and length. */
function transformer(blocks) {
  const b = new GraphBuilder();
  const [width, heads] = [64, 4];
  const matrix = b.f32(new Float32Array(width * width), [width, width]);
  const vector = b.f32(new Float32Array(width));
  const norm = (x) => b.op('LayerNormalization', [x, vector, vector]);
  const dense = (x) => ops.add(b, ops.matMul(b, x, matrix), vector);
  let x = b.input('x', 'float32', ['n', 's', width]);
  for (let i = 0; i < blocks; i++) {
    const normal = norm(x);
    const size = (axis) => ops.gather(b, ops.shape(b, normal), [axis]);
    const split = () => {
      const shape = ops.concat(b, [size(0), size(1), b.i64([heads]), b.i64([width / heads])], 0);
      return ops.transpose(b, ops.reshape(b, dense(normal), shape), [0, 2, 1, 3]);
    };
    const scores = ops.matMul(b, split(), ops.transpose(b, split(), [0, 1, 3, 2]));
    const read = ops.matMul(b, ops.softmax(b, ops.div(b, scores, b.f32(4))), split());
    const merged = ops.reshape(b, ops.transpose(b, read, [0, 2, 1, 3]), ops.concat(b, [size(0), size(1), b.i64([width])], 0));
    x = ops.add(b, x, dense(merged));
    x = ops.add(b, x, dense(b.op('Gelu', [dense(norm(x))])));
  }
  b.output(x, 'float32', null, 'y');
  return { ...b.model(), opsets: new Map([['', 20]]) };
}

/** Blocks of operators that are written in plain ones first. */
function composite(blocks) {
  const b = new GraphBuilder({ opset: 23 });
  const width = 64;
  const matrix = b.f32(new Float32Array(width * width), [width, width]);
  const vector = b.f32(new Float32Array(width));
  let x = b.input('x', 'float32', ['n', 's', width]);
  for (let i = 0; i < blocks; i++) {
    const normal = b.op('RMSNormalization', [x, vector]);
    const [q, k, v] = [0, 1, 2].map(() => ops.matMul(b, normal, matrix));
    x = ops.add(b, x, b.op('Attention', [q, k, v], { q_num_heads: 4, kv_num_heads: 4, is_causal: 1 }));
  }
  b.output(x, 'float32', null, 'y');
  return b.model();
}

/** Blocks whose reductions state their axes as operator set 11 wants them. */
function old(blocks) {
  const b = new GraphBuilder({ opset: 11 });
  let x = b.input('x', 'float32', ['n', 16, 32]);
  for (let i = 0; i < blocks; i++) x = ops.sub(b, x, b.op('ReduceMean', [b.op('Softmax', [x], { axis: 2 })], { axes: [1] }));
  b.output(x, 'float32', null, 'y');
  return b.model();
}

/** Median CPU milliseconds (with those of the garbage collector) of what is done again and again. */
function milliseconds(work, rounds = 15) {
  for (let i = 0; i < 5; i++) work();
  const times = Array.from({ length: rounds }, () => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)];
}

for (const [name, model] of [
  ['residual', residual(200)],
  ['residual', residual(1000)],
  ['transformer', transformer(24)],
  ['transformer', transformer(120)],
  ['composite', composite(100)],
  ['operator set 11', old(333)],
]) {
  const bytes = write(model);
  const row = {
    read: milliseconds(() => read(bytes)),
    inferShapes: milliseconds(() => inferShapes(model)),
    vjp: milliseconds(() => vjp(model, { of: 'y', wrt: 'x' })),
    jvp: milliseconds(() => jvp(model, { of: 'y', wrt: 'x' })),
    'vjp at fixed sizes': milliseconds(() =>
      vjp(model, {
        of: 'y',
        wrt: 'x',
        shapes: { x: model.graph.inputs[0].type.shape.map((size) => (typeof size === 'number' ? size : 8)) },
      }),
    ),
  };
  const times = Object.entries(row).map(([what, ms]) => `${what} ${ms.toFixed(1)} ms`);
  console.log(`${name}, ${model.graph.nodes.length} nodes: ${times.join(', ')}`);
}

/** A dense network whose weights fill one buffer, as a file that was read would. */
function heavy(megabytes) {
  const b = new GraphBuilder();
  const width = 2048;
  const layers = Math.round((megabytes * MEGABYTE) / (4 * width * width));
  const file = new Uint8Array(layers * 4 * width * width).fill(7);
  let x = b.input('x', 'float32', ['n', width]);
  for (let i = 0; i < layers; i++) {
    const offset = i * 4 * width * width;
    const bytes = file.subarray(offset, offset + 4 * width * width);
    const weight = b.initializer({ dtype: 'float32', dims: [width, width], data: { kind: 'inline', bytes, fileOffset: offset } });
    x = ops.relu(b, ops.matMul(b, x, weight));
  }
  b.output(x, 'float32', null, 'y');
  return { model: b.model(), megabytes: file.length / MEGABYTE };
}

const { model, megabytes } = heavy(500);
globalThis.gc?.();
const before = process.memoryUsage();
const start = performance.now();
const written = write(vjp(model, { of: 'y', wrt: 'x' }), { external: { location: 'model.onnx' } });
const ms = performance.now() - start;
const after = process.memoryUsage();
const growth = (kind) => ((after[kind] - before[kind]) / MEGABYTE).toFixed(1);
console.log(
  `${megabytes} MB of weights: vjp and write ${ms.toFixed(1)} ms, the gradient ${(written.length / 1024).toFixed(0)} KB, resident memory grew by ${growth('rss')} MB, buffers by ${growth('arrayBuffers')} MB`,
);
