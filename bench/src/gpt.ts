import {
  exportTokenNetwork,
  gpt,
  multiplyAdditions,
  NANO_GPT,
  namedTokenValues,
  nextToken,
  sizeOf,
  tokenParameters,
  train,
} from '@incognita/learn';
import type { Model } from '@incognita/onnx';
import { matrixProductRate } from './peak.js';
import type { Table } from './table.js';
import { median } from './time.task.js';

const VOCABULARY = 65;
const STEPS = 16;

/** Speed of training steps of nanoGPT's setting for a CPU against that of a large matrix product, the most that the machine can do. */
export async function benchGpt(): Promise<Table[]> {
  const rows: string[][] = [];
  for (const positions of ['learned', 'rotary'] as const)
    for (const workers of [1, 2]) {
      const peak = await matrixProductRate(workers);
      rows.push([positions, `${workers}`, ...(await measure(positions, workers, peak))]);
    }
  return [
    {
      title: `Training: GPT of ${NANO_GPT.layers} layers, width ${NANO_GPT.width}, ${NANO_GPT.batchSize} × ${NANO_GPT.block} tokens a step, AdamW`,
      header: [
        'positions',
        'workers',
        'tokens / s',
        'ms a step',
        'making batches',
        'update',
        'GFLOP/s',
        'matrix product, GFLOP/s',
        'share',
      ],
      rows,
    },
  ];
}

async function measure(positions: 'learned' | 'rotary', workers: number, peak: number): Promise<string[]> {
  const { block, layers, heads, width, batchSize, shards, optimizer } = NANO_GPT;
  const network = gpt({ vocabulary: VOCABULARY, block, layers, heads, width, positions });
  const tokens = new Uint16Array(new SharedArrayBuffer(2 * 100_000)).map((_, i) => (i * 7919) % VOCABULARY);
  const total = tokenParameters(network).reduce((sum, { dims }) => sum + sizeOf(dims), 0);
  const model = ofBlocks(exportTokenNetwork(network, namedTokenValues(network, new Float32Array(total))), block);
  // A step is a forward pass, and the gradients by what goes in and by the weights: about three forward passes.
  const operations = 3 * 2 * multiplyAdditions(model);
  const steps: { readonly ms: number; readonly dataMs: number; readonly updateMs: number }[] = [];
  let last = performance.now();
  await train({
    problem: nextToken(network),
    batches: {
      loader: {
        module: import.meta.resolve('@incognita/learn').replace(/index\.js$/, 'text/textBatches.task.js'),
        export: 'textBatches',
      },
      options: { tokens, block, seed: 1 },
      examplesPerEpoch: tokens.length / block,
    },
    ...{ batchSize, shards, steps: STEPS, optimizer, learningRate: 1e-3, seed: 1, workers },
    onStep: ({ dataMs, updateMs }) => {
      const now = performance.now();
      steps.push({ ms: now - last, dataMs, updateMs });
      last = now;
    },
  });
  const middle = (key: 'ms' | 'dataMs' | 'updateMs'): number => median(steps.slice(4).map((step) => step[key]));
  const perSecond = (1000 * batchSize) / middle('ms');
  return [
    (perSecond * block).toFixed(0),
    middle('ms').toFixed(0),
    `${((100 * middle('dataMs')) / middle('ms')).toFixed(0)} %`,
    `${((100 * middle('updateMs')) / middle('ms')).toFixed(0)} %`,
    `${((perSecond * operations) / 1e9).toFixed(0)}`,
    `${(peak / 1e9).toFixed(0)}`,
    `${((100 * perSecond * operations) / peak).toFixed(0)} %`,
  ];
}

/** The same decoder for stretches of one length only, so that its operations can be counted. */
function ofBlocks(model: Model, block: number): Model {
  const inputs = model.graph.inputs.map(({ name }) => ({ name, type: { dtype: 'int64' as const, shape: ['n', block] } }));
  return { ...model, graph: { ...model.graph, inputs } };
}
