/**
 * The forms of a gradient against one another, where there are several: CPU milliseconds an image beyond the forward pass, one
 * thread, the best of many interleaved runs, on ONNX Runtime's native kernels and on its WebAssembly build.
 *
 *   node packages/autodiff/bench/forms.js [rounds 15]
 */
import { GraphBuilder, write } from '@incognita/onnx';
import * as native from 'onnxruntime-node';
import * as wasm from 'onnxruntime-web';
import { vjp } from '../dist/index.js';

const rounds = Number(process.argv[2] ?? 15);
wasm.env.wasm.numThreads = 1;

const noise = (size) => Float32Array.from({ length: size }, (_, i) => Math.sin(i * 12.9898) + Math.cos(i * 0.371));
const size = (dims) => dims.reduce((a, b) => a * b, 1);
const constant = (b, dims) => b.f32(noise(size(dims)), dims);

/** A model of one operator between two convolutions or products, so that it stands in the layout that it will meet. */
function model(dims, make) {
  const b = new GraphBuilder({ opset: 20 });
  b.output(make(b, b.input('x', 'float32', dims)), 'float32', null, 'y');
  return b.model();
}

function between(dims, make) {
  const c = dims[1];
  const one = (b, x, channels) => b.op('Conv', [x, constant(b, [channels, channels, 1, 1])]);
  return model(dims, (b, x) => {
    const { y, channels } = make(b, b.op('Relu', [one(b, x, c)]));
    return one(b, y, channels ?? c);
  });
}

const pool = (dims, kernel, strides, pads) =>
  between(dims, (b, x) => ({ y: b.op('MaxPool', [x], { kernel_shape: kernel, strides, pads }) }));
const conv = (dims, channels, kernel, strides, pads) =>
  between(dims, (b, x) => ({
    y: b.op('Relu', [b.op('Conv', [x, constant(b, [channels, dims[1], ...kernel])], { strides, pads })]),
    channels,
  }));
const rows = (dims, make) =>
  model(dims, (b, x) => {
    const square = (value) => b.op('MatMul', [value, constant(b, [dims.at(-1), dims.at(-1)])]);
    return square(make(b, square(x)));
  });
const erfGelu = (b, x) =>
  b.op('Mul', [b.op('Mul', [x, b.op('Add', [b.op('Erf', [b.op('Div', [x, b.f32(Math.SQRT2)])]), b.f32(1)])]), b.f32(0.5)]);

const cases = {
  'max-pool 3×3/2, [16, 64, 47, 47]': pool([16, 64, 47, 47], [3, 3], [2, 2], [0, 0, 0, 0]),
  'max-pool 3×3/2 padded, [8, 64, 32, 32]': pool([8, 64, 32, 32], [3, 3], [2, 2], [1, 1, 1, 1]),
  'max-pool 2×2/2, [8, 64, 56, 56]': pool([8, 64, 56, 56], [2, 2], [2, 2], [0, 0, 0, 0]),
  'convolution 3×3/2, 288 → 384, 13 px': conv([8, 288, 13, 13], 384, [3, 3], [2, 2], [0, 0, 0, 0]),
  'convolution 3×3/2, 128 → 256, 28 px': conv([8, 128, 28, 28], 256, [3, 3], [2, 2], [1, 1, 1, 1]),
  'convolution 3×3/2, 32 → 64, 56 px': conv([8, 32, 56, 56], 64, [3, 3], [2, 2], [1, 1, 1, 1]),
  'layer normalization, [8, 196, 192]': rows([8, 196, 192], (b, x) => b.op('LayerNormalization', [x, constant(b, [192])])),
  'GELU, the operator, [8, 196, 192]': rows([8, 196, 192], (b, x) => b.op('Gelu', [x])),
  'GELU, written out, [8, 196, 192]': rows([8, 196, 192], erfGelu),
};

async function time(entries) {
  const best = entries.map(() => Infinity);
  for (let round = -2; round < rounds; round++)
    for (const [i, { session, feeds }] of entries.entries()) {
      const start = process.cpuUsage();
      await session.run(feeds);
      const { user, system } = process.cpuUsage(start);
      if (round >= 0) best[i] = Math.min(best[i], (user + system) / 1000);
    }
  for (const { session } of entries) await session.release();
  return best;
}

console.log('| gradient of | native: cpu form | portable form | WebAssembly: cpu form | portable form |');
console.log('| --- | ---: | ---: | ---: | ---: |');
for (const [title, graph] of Object.entries(cases)) {
  const dims = graph.graph.inputs[0].type.shape;
  const cells = [];
  for (const ort of [native, wasm]) {
    const open = (made) => ort.InferenceSession.create(write(made), { intraOpNumThreads: 1, logSeverityLevel: 3 });
    const x = new ort.Tensor('float32', noise(size(dims)), dims);
    const entries = [{ session: await open(graph), feeds: { x } }];
    const { y } = await entries[0].session.run({ x });
    const feeds = { x, 'cotangent:y': new ort.Tensor('float32', noise(size(y.dims)), y.dims) };
    for (const form of ['cpu', 'portable']) entries.push({ session: await open(vjp(graph, { of: 'y', wrt: 'x', form })), feeds });
    const [forward, ...gradients] = await time(entries);
    for (const ms of gradients) cells.push(((ms - forward) / dims[0]).toFixed(3));
  }
  console.log(`| ${title} | ${cells.join(' | ')} |`);
}
