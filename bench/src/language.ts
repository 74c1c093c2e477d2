import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type GenerateOptions, type LanguageModel, openLanguageModel } from '@incognita/language';
import { exportTokenNetwork, gpt, type TokenNetwork, tokenParameters } from '@incognita/learn';
import { type Model, write } from '@incognita/onnx';
import ort from 'onnxruntime-node';
import { normals } from './noise.js';
import type { Table } from './table.js';
import { median } from './time.task.js';

/** Rounds of each way before the next has its turn, the first not counted. */
const ROUNDS = 2;
const PROMPT = Array.from({ length: 32 }, (_, i) => (i * 37) % 997);

/** Sizes at which decoders are measured, and how many turns each way has; the best round counts: what disturbs it only makes it slower. */
const NETWORKS: readonly {
  readonly name: string;
  readonly network: TokenNetwork;
  readonly tokens: number;
  readonly turns: number;
}[] = [
  {
    name: '3 M parameters, 4 layers of width 192',
    network: gpt({ vocabulary: 4096, block: 256, layers: 4, heads: 6, width: 192 }),
    tokens: 64,
    turns: 24,
  },
  {
    name: '29 M parameters, 8 layers of width 512 (117 MB)',
    network: gpt({ vocabulary: 8192, block: 256, layers: 8, heads: 8, width: 512 }),
    tokens: 32,
    turns: 4,
  },
];

/** Tokens per second against a bare loop over ONNX Runtime, and how soon a tapped session of a large model runs. */
export async function benchLanguage(): Promise<Table[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'incognita-bench-'));
  try {
    const speed: string[][] = [];
    const opening: string[][] = [];
    for (const { name, network, tokens, turns } of NETWORKS) {
      const file = path.join(folder, `${network.width}.onnx`);
      await writeFile(file, write(noiseDecoder(network)));
      speed.push(...(await tokensPerSecond(name, file, { tokens, turns })));
      opening.push(await openingTimes(name, file));
    }
    return [
      {
        title: 'Tokens per second (greedy, 32 tokens of prompt, one thread, with a cache)',
        header: ['decoder', 'bare ONNX Runtime', 'generate', 'with resid_post tapped', 'with a head of z clamped'],
        rows: speed,
      },
      {
        title: 'Opening a decoder (milliseconds)',
        header: [
          'decoder',
          'file, MB',
          'open and find its parts',
          'self-test',
          'a tapped session, first run',
          'memory that it adds, MB',
        ],
        rows: opening,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Weights are noise, the same few thousand numbers again and again: how fast a product is does not depend on them. */
function noiseDecoder(network: TokenNetwork): Model {
  const noise = normals(1, 4099);
  const values = new Map(
    tokenParameters(network).map(({ name, dims }) => {
      const scale = dims.length === 1 ? 0 : 0.02;
      const data = new Float32Array(dims.reduce((a, b) => a * b, 1));
      for (let i = 0; i < data.length; i++) data[i] = scale === 0 ? 1 : noise[i % noise.length]! * scale;
      return [name, data] as const;
    }),
  );
  return exportTokenNetwork(network, values, { cache: true });
}

async function tokensPerSecond(
  name: string,
  file: string,
  { tokens, turns }: { readonly tokens: number; readonly turns: number },
): Promise<string[][]> {
  const model = await openLanguageModel(file, { tokenizer: 'none', prepack: true, selfTest: false });
  const bare = await ort.InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const middle = `${Math.floor(model.anatomy.layers / 2)}`;
  const ways: (() => Promise<unknown>)[] = [
    () => bareLoop(bare, model, tokens),
    () => complete(model, tokens),
    () => complete(model, tokens, { taps: [`resid_post.${middle}`] }),
    () => complete(model, tokens, { clamps: [{ point: `z.${middle}`, kind: 'zero', heads: [1] }] }),
  ];
  const best = ways.map(() => ({ wall: 0, processor: 0 }));
  for (let turn = 0; turn < turns; turn++)
    for (const [i, way] of ways.entries())
      for (let round = -1; round < ROUNDS; round++) {
        const start = process.cpuUsage();
        const began = performance.now();
        await way();
        const { user, system } = process.cpuUsage(start);
        if (round < 0) continue;
        best[i]!.wall = Math.max(best[i]!.wall, (1000 * tokens) / (performance.now() - began));
        best[i]!.processor = Math.max(best[i]!.processor, (1e6 * tokens) / (user + system));
      }
  await bare.release();
  await model.dispose();
  const row = (title: string, speeds: readonly number[]): string[] => [
    title,
    ...speeds.map((speed, i) => `${speed.toFixed(1)}${i === 0 ? '' : ` (${((100 * speed) / speeds[0]!).toFixed(0)} %)`}`),
  ];
  return [
    row(
      `${name}: tokens/s`,
      best.map(({ wall }) => wall),
    ),
    row(
      '– tokens a second of processor time',
      best.map(({ processor }) => processor),
    ),
  ];
}

function complete(model: LanguageModel, tokens: number, options: GenerateOptions = {}): Promise<unknown> {
  return model.complete(PROMPT, { maxTokens: tokens, ...options });
}

/** The loop as one writes it by hand. */
async function bareLoop(session: ort.InferenceSession, { inputs }: LanguageModel, tokens: number): Promise<number[]> {
  let fresh = [...PROMPT];
  let cache: Record<string, ort.Tensor> = Object.fromEntries(
    inputs.cache.map(({ past, emptyDims }) => [past, new ort.Tensor('float32', new Float32Array(0), emptyDims)]),
  );
  const made: number[] = [];
  while (made.length < tokens) {
    const ids = new ort.Tensor('int64', BigInt64Array.from(fresh, BigInt), [1, fresh.length]);
    const outputs = await session.run({ input_ids: ids, ...cache });
    const { data, dims } = outputs.logits!;
    const logits = (data as Float32Array).subarray(data.length - dims[2]!);
    let best = 0;
    for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
    cache = Object.fromEntries(inputs.cache.map(({ past, present }) => [past, outputs[present]!]));
    made.push(best);
    fresh = [best];
  }
  return made;
}

async function openingTimes(name: string, file: string): Promise<string[]> {
  const [open, test, tapped, memory]: number[][] = [[], [], [], []];
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    const model = await openLanguageModel(file, { tokenizer: 'none', selfTest: false });
    open!.push(performance.now() - start);
    const before = performance.now();
    await model.selfTest();
    test!.push(performance.now() - before);
    const resident = process.memoryUsage.rss();
    const again = performance.now();
    await model.run(PROMPT, { taps: [`resid_post.0`, `attn_probs.1`] });
    tapped!.push(performance.now() - again);
    memory!.push((process.memoryUsage.rss() - resident) / 1e6);
    await model.dispose();
  }
  const { size } = await stat(file);
  return [name, (size / 1e6).toFixed(0), ...[open, test, tapped, memory].map((values) => median(values!).toFixed(0))];
}
