import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { GraphBuilder, float, write } from '@incognita/onnx';
import * as ort from 'onnxruntime-node';
export { GraphBuilder, float, ort, write };
export const rnd = (dims, f = (i) => Math.sin(i * 12.9898) + Math.cos(i * 0.371)) => new ort.Tensor('float32', Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => f(i)), dims);
export async function prof(model, feeds, n, { rounds = 15, top = 30, quiet = false } = {}) {
  const prefix = `/tmp/cx/p-${process.pid}-${Math.floor(performance.now()*1000)}`;
  const s = await ort.InferenceSession.create(write(model), { intraOpNumThreads: 1, logSeverityLevel: 3, enableProfiling: true, profileFilePrefix: prefix });
  let out;
  for (let i = 0; i < rounds; i++) out = await s.run(feeds);
  s.endProfiling();
  const trace = readdirSync('/tmp/cx').find((name) => `/tmp/cx/${name}`.startsWith(prefix));
  const events = JSON.parse(readFileSync(`/tmp/cx/${trace}`, 'utf8')); rmSync(`/tmp/cx/${trace}`);
  const nodes = new Map();
  for (const { cat, name, dur, args } of events) {
    if (cat !== 'Node' || !name.endsWith('kernel_time')) continue;
    const sh = (l) => (l ?? []).map((v) => `[${Object.values(v)[0]}]`).join(' ');
    const k = nodes.get(name);
    if (k) k.us = Math.min(k.us, dur); else nodes.set(name, { op: args.op_name, what: `${sh(args.input_type_shape)} → ${sh(args.output_type_shape)}`, us: dur });
  }
  let tot = 0; for (const v of nodes.values()) tot += v.us;
  console.log(`  total ${(tot / 1000 / n).toFixed(3)} ms/img, ${nodes.size} nodes`);
  if (!quiet) for (const v of [...nodes.values()].sort((a, b) => b.us - a.us).slice(0, top)) console.log(`   ${(v.us / 1000 / n).toFixed(4)} ${v.op} ${v.what}`);
  return out;
}
