/**
 * Milliseconds of CPU time an image, forward and with gradient, of a network cut at a layer; one thread, best of several runs.
 * node packages/autodiff/bench/ratio.js MODEL.onnx LAYER_TENSOR [size 96] [batch 16] [--profile]
 */
import { readFileSync, rmSync } from 'node:fs';
import { cut, read, write } from '@incognita/onnx';
import * as ort from 'onnxruntime-node';
import { vjp } from '../dist/index.js';

const [file, layer, sizePx = '96', batch = '16', flag] = process.argv.slice(2);
const model = read(new Uint8Array(readFileSync(file)));
const input = model.graph.inputs[0].name;
const [n, h] = [Number(batch), Number(sizePx)];
const image = new ort.Tensor(
  'float32',
  Float32Array.from({ length: n * 3 * h * h }, (_, i) => Math.sin(i * 12.9898)),
  [n, 3, h, h],
);
const shapes = { [input]: ['n', 3, h, h] };
const options = (profile) => ({
  intraOpNumThreads: 1,
  logSeverityLevel: 3,
  enableProfiling: profile,
  profileFilePrefix: '/tmp/autodiff',
});

async function milliseconds(session, feeds) {
  let best = Infinity;
  for (let i = 0; i < 25; i++) {
    const start = process.cpuUsage();
    await session.run(feeds);
    const { user, system } = process.cpuUsage(start);
    if (i > 2) best = Math.min(best, (user + system) / 1000);
  }
  return best / n;
}

const forward = await ort.InferenceSession.create(write(cut(model, { outputs: [layer] })), options(false));
const y = (await forward.run({ [input]: image }))[layer];
const ones = new ort.Tensor('float32', new Float32Array(y.size).fill(1), y.dims);
const forwardMs = await milliseconds(forward, { [input]: image });
console.log(`forward ${forwardMs.toFixed(3)} ms an image, ${layer} [${y.dims}]`);
for (const form of ['cpu', 'portable']) {
  const session = await ort.InferenceSession.create(write(vjp(model, { of: layer, wrt: input, form, shapes })), options(false));
  const ms = await milliseconds(session, { [input]: image, [`cotangent:${layer}`]: ones });
  console.log(`${form}: ${ms.toFixed(3)} ms an image, ${(ms / forwardMs).toFixed(2)} × forward`);
}
if (flag === '--profile') {
  const session = await ort.InferenceSession.create(write(vjp(model, { of: layer, wrt: input, shapes })), options(true));
  for (let i = 0; i < 15; i++) await session.run({ [input]: image, [`cotangent:${layer}`]: ones });
  session.endProfiling();
  const { readdirSync } = await import('node:fs');
  const trace = readdirSync('/tmp')
    .filter((name) => name.startsWith('autodiff_'))
    .sort()
    .at(-1);
  const events = JSON.parse(readFileSync(`/tmp/${trace}`, 'utf8')).filter(
    (event) => event.cat === 'Node' && event.name.endsWith('kernel_time'),
  );
  rmSync(`/tmp/${trace}`);
  const nodes = new Map();
  for (const { name, dur, args } of events) {
    const known = nodes.get(name);
    if (!known) nodes.set(name, { key: `${args.op_name} ${JSON.stringify(args.output_type_shape ?? '')}`, us: dur });
    else known.us = Math.min(known.us, dur);
  }
  const totals = new Map();
  for (const { key, us } of nodes.values()) totals.set(key, (totals.get(key) ?? 0) + us / 1000 / n);
  for (const [key, ms] of [...totals].sort((a, b) => b[1] - a[1]).slice(0, 45)) console.log(ms.toFixed(3), key);
  console.log([...totals.values()].reduce((a, b) => a + b, 0).toFixed(3), 'sum of the nodes');
}
