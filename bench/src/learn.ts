import {
  alexNet64,
  classification,
  exportNetwork,
  multiplyAdditions,
  NO_AUGMENTATION,
  partsOf,
  sizeOf,
  train,
} from '@incognita/learn';
import { normals } from './noise.js';
import { matrixProductRate } from './peak.js';
import type { Table } from './table.js';
import { median } from './time.task.js';

const SIDE = 72;
const PICTURES = 512;
const CLASSES = 1900;
const BATCH = 64;

/** Speed of training steps of the 64-pixel AlexNet against that of a large matrix product, the most that the machine can do. */
export async function benchLearn(): Promise<Table[]> {
  const network = alexNet64({ classes: CLASSES });
  const { parameters, statistics } = partsOf(network);
  const ones = new Map([...parameters, ...statistics].map(({ name, dims }) => [name, new Float32Array(sizeOf(dims)).fill(1)]));
  // A step is a forward pass, and the gradients by what goes in and by the weights: about three forward passes.
  const operations = 3 * 2 * multiplyAdditions(exportNetwork(network, ones));
  const rows: string[][] = [];
  for (const workers of [1, 2]) {
    const peak = await matrixProductRate(workers);
    const steps: { readonly ms: number; readonly dataMs: number; readonly updateMs: number }[] = [];
    let last = performance.now();
    await train({
      problem: classification(network, { labelSmoothing: 0.1 }),
      batches: {
        loader: {
          module: import.meta.resolve('@incognita/learn').replace(/index\.js$/, 'pictures/pictureBatches.task.js'),
          export: 'pictureBatches',
        },
        options: {
          pictures: noisePictures(),
          sidePx: 64,
          augmentation: { ...NO_AUGMENTATION, rotateDegrees: 15, background: 0.5, hueDegrees: 15 },
          seed: 1,
        },
        examplesPerEpoch: PICTURES,
      },
      batchSize: BATCH,
      steps: 10,
      optimizer: { kind: 'adamw' },
      learningRate: 1e-3,
      seed: 1,
      workers,
      onStep: ({ dataMs, updateMs }) => {
        const now = performance.now();
        steps.push({ ms: now - last, dataMs, updateMs });
        last = now;
      },
    });
    const middle = (key: 'ms' | 'dataMs' | 'updateMs'): number => median(steps.slice(3).map((step) => step[key]));
    const perSecond = (1000 * BATCH) / middle('ms');
    rows.push([
      `${workers}`,
      perSecond.toFixed(0),
      middle('ms').toFixed(0),
      `${((100 * middle('dataMs')) / middle('ms')).toFixed(0)} %`,
      `${((100 * middle('updateMs')) / middle('ms')).toFixed(0)} %`,
      `${((perSecond * operations) / 1e9).toFixed(0)}`,
      `${(peak / 1e9).toFixed(0)}`,
      `${((100 * perSecond * operations) / peak).toFixed(0)} %`,
    ]);
  }
  return [
    {
      title: `Training: AlexNet at 64 pixels, ${CLASSES} classes, batches of ${BATCH}, AdamW`,
      header: ['workers', 'images / s', 'ms a step', 'making batches', 'update', 'GFLOP/s', 'matrix product, GFLOP/s', 'share'],
      rows,
    },
  ];
}

function noisePictures() {
  const pixels = new Uint8Array(new SharedArrayBuffer(PICTURES * 4 * SIDE * SIDE));
  pixels.set(Uint8Array.from(normals(1, pixels.length), (value) => 128 + 40 * value));
  return {
    pixels,
    sidePx: SIDE,
    labels: Int32Array.from({ length: PICTURES }, (_, i) => i % CLASSES),
    styles: new Int32Array(PICTURES),
  };
}
