/**
 * CPU time of a gradient against the forward pass, and where it goes; one thread, the best of many interleaved runs.
 *
 *   node packages/autodiff/bench/ratio.js MODEL.onnx [LAYER] [size 96] [batch 16] [rounds 25] [--profile] [--graph FILE]
 *
 * LAYER is a tensor or a layer's name; by default the model's first output. `--profile` prints the nodes of the gradient by
 * their time (and those of the forward pass), `--graph` writes the graph that ONNX Runtime made of it.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { cut, findLayer, read, write } from '@incognita/onnx';
import * as ort from 'onnxruntime-node';
import { vjp } from '../dist/index.js';

const flags = process.argv.filter((arg) => arg.startsWith('--'));
const graphAt = process.argv.indexOf('--graph');
const [file, layer = '', sizePx = '96', batch = '16', rounds = '25'] = process.argv
  .slice(2, graphAt < 0 ? undefined : graphAt)
  .filter((arg) => !arg.startsWith('--'));
const model = read(new Uint8Array(readFileSync(file)));
const input = model.graph.inputs[0].name;
const [n, h] = [Number(batch), Number(sizePx)];
const made = new Set(model.graph.nodes.flatMap((node) => node.outputs));
const of = layer === '' ? model.graph.outputs[0].name : made.has(layer) ? layer : findLayer(model, layer).tensor;
const data = Float32Array.from({ length: n * 3 * h * h }, (_, i) => Math.sin(i * 12.9898) + Math.cos(i * 0.0371));
const image = new ort.Tensor('float32', data, [n, 3, h, h]);
const shapes = { [input]: [n, 3, h, h] };
const options = (extra = {}) => ({ intraOpNumThreads: 1, logSeverityLevel: 3, ...extra });
const open = (made, extra) => ort.InferenceSession.create(write(made), options(extra));

/** CPU milliseconds an image of each session, the best of many rounds in turn. */
async function milliseconds(sessions) {
  const best = sessions.map(() => Infinity);
  for (let round = 0; round < Number(rounds) + 3; round++)
    for (const [i, { session, feeds }] of sessions.entries()) {
      const start = process.cpuUsage();
      await session.run(feeds);
      const { user, system } = process.cpuUsage(start);
      if (round > 2) best[i] = Math.min(best[i], (user + system) / 1000);
    }
  return best.map((ms) => ms / n);
}

/** The nodes of a session by their best time. */
async function profile(graph, feeds) {
  const prefix = `/tmp/autodiff-${process.pid}`;
  const session = await open(graph, { enableProfiling: true, profileFilePrefix: prefix });
  for (let i = 0; i < Number(rounds); i++) await session.run(feeds);
  session.endProfiling();
  const trace = readdirSync('/tmp').find((name) => `/tmp/${name}`.startsWith(prefix));
  const events = JSON.parse(readFileSync(`/tmp/${trace}`, 'utf8'));
  rmSync(`/tmp/${trace}`);
  const nodes = new Map();
  for (const { cat, name, dur, args } of events) {
    if (cat !== 'Node' || !name.endsWith('kernel_time')) continue;
    const shapes = (list) => (list ?? []).map((value) => `[${Object.values(value)[0]}]`).join(' ');
    const known = nodes.get(name);
    if (known) known.us = Math.min(known.us, dur);
    else
      nodes.set(name, {
        op: args.op_name,
        what: `${shapes(args.input_type_shape?.slice(0, 2))} → ${shapes(args.output_type_shape)}`,
        us: dur,
      });
  }
  return [...nodes.values()];
}

function print(title, nodes) {
  const total = nodes.reduce((sum, { us }) => sum + us, 0);
  const group = (key) => {
    const groups = new Map();
    for (const node of nodes) {
      const known = groups.get(key(node)) ?? { us: 0, count: 0 };
      groups.set(key(node), { us: known.us + node.us, count: known.count + 1 });
    }
    return [...groups].sort((a, b) => b[1].us - a[1].us);
  };
  console.log(`\n${title}: ${nodes.length} nodes, ${(total / 1000 / n).toFixed(3)} ms an image`);
  for (const key of [({ op }) => op, ({ op, what }) => `${op} ${what}`])
    for (const [name, { us, count }] of group(key).slice(0, 40))
      console.log(
        `${(us / 1000 / n).toFixed(3)} ${((100 * us) / total).toFixed(1).padStart(5)} % ${String(count).padStart(4)} × ${name}`,
      );
}

const forward = cut(model, { outputs: [of] });
const forwardSession = await open(forward);
const y = (await forwardSession.run({ [input]: image }))[of];
const feeds = {
  [input]: image,
  [`cotangent:${of}`]: new ort.Tensor('float32', new Float32Array(y.size).fill(1), y.dims),
};
const sessions = [{ session: forwardSession, feeds: { [input]: image } }];
for (const form of ['cpu', 'portable'])
  sessions.push({ session: await open(vjp(model, { of, wrt: input, form, shapes })), feeds });
const [forwardMs, ...gradients] = await milliseconds(sessions);
console.log(`${file.split('/').at(-1)} ${of} [${y.dims}]: forward ${forwardMs.toFixed(3)} ms an image`);
for (const [i, ms] of gradients.entries())
  console.log(`  ${['cpu', 'portable'][i]}: ${ms.toFixed(3)} ms an image, ${(ms / forwardMs).toFixed(2)} × forward`);
const gradient = vjp(model, { of, wrt: input, shapes });
if (graphAt > 0) await open(gradient, { optimizedModelFilePath: process.argv[graphAt + 1] });
if (flags.includes('--profile')) {
  print('forward', await profile(forward, { [input]: image }));
  print('gradient', await profile(gradient, feeds));
}
