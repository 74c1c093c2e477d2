import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emojiImages, loadEmoji } from '@incognita/learn';
import { findLayer, imageInput, suggestLayers } from '@incognita/onnx';
import { loadModelSource, type ModelSource, WorkerPool } from '@incognita/runtime';
import {
  channel,
  decodePicture,
  encodePng,
  judgeTrust,
  layerBefore,
  type Method,
  type MethodName,
  macoOf,
  type Picture,
  type PooledLayer,
  packSheet,
  pooledActivations,
  prepareVisualization,
  preprocess,
  resolvePreprocessing,
  type Trust,
  visualize,
} from '@incognita/vision';
import { scanPictures } from '@incognita/workspace';
import { pipelineInput } from './models.js';
import type { Table } from './table.js';

/** Natural pictures that images are judged by, seeds of an image, channels of a layer. */
const PICTURES = 128;
const SEEDS = 3;
const CHANNELS = 4;
const STEPS: Readonly<Record<MethodName, number>> = { fourier: 128, pixels: 128, maco: 128, accentuation: 64 };
const METHODS: readonly MethodName[] = ['fourier', 'pixels', 'maco', 'accentuation'];

/** A folder where the pictures of each row are left, to be looked at. */
const SHEETS = process.env.INCOGNITA_BENCH_SHEETS;

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const shared = process.env.INCOGNITA_SHARED ?? file('../../../shared');

/** Networks by name, each with the layers that are looked at, the side of what they see where that is open, and what is natural to them. */
const NETWORKS: readonly {
  readonly name: string;
  readonly path: string;
  readonly layers?: readonly string[];
  readonly sidePx: number;
  readonly natural?: 'emoji';
}[] = [
  { name: 'SqueezeNet 1.1', path: join(shared, 'models/squeezenet1_1.onnx'), layers: ['fire4', 'fire8'], sidePx: 96 },
  { name: 'Inception-v3 trunk', path: join(shared, 'models/inception_v3_trunk.onnx'), layers: ['mixed_3'], sidePx: 96 },
  {
    name: 'emoji-alexnet',
    path: file('../../packages/learn/models/emoji-alexnet/model.onnx'),
    layers: ['conv3', 'conv5'],
    sidePx: 64,
    natural: 'emoji',
  },
  { name: 'ResNet fixture (random weights)', path: file('../../packages/autodiff/fixtures/resnet.torchscript.onnx'), sidePx: 64 },
];

/**
 * Methods of feature visualization against networks: natural percentile, agreement of seeds, two-alternative score beside that of natural pictures, and
 * processor seconds an image.
 *
 * @param of only networks whose name begins so
 */
export async function benchFeaturevis(of = ''): Promise<Table[]> {
  const input = pipelineInput();
  if (input === null) return [];
  const photographs = await naturalPictures(input.picturesDir);
  const pool = new WorkerPool({ workers: 1 });
  const rows: string[][] = [];
  try {
    for (const { name, path, layers, sidePx, natural } of NETWORKS) {
      if (!existsSync(path) || !name.startsWith(of)) continue;
      const pictures = natural === 'emoji' ? await emojiDrawings(pool) : photographs;
      const source = await loadModelSource(path);
      const names = layers ?? suggestLayers(source.model, 1).map((layer) => layer.name);
      for (const layer of names)
        for (const row of await measure({ title: `${name}, ${layer}`, source, layer, sidePx, pictures, pool }))
          rows.push([`${name}, ${layer}`, ...row]);
    }
  } finally {
    await pool.dispose();
  }
  return [
    {
      title: `Feature visualization (${CHANNELS} channels a layer, ${SEEDS} seeds each, ${PICTURES} natural pictures, one worker)`,
      header: [
        'network, layer',
        'method',
        'natural percentile',
        'seed agreement',
        'two-alternative',
        'the same by natural pictures',
        'path similarity',
        'processor seconds an image',
      ],
      rows,
    },
  ];
}

interface Case {
  readonly title: string;
  readonly source: ModelSource;
  readonly layer: string;
  readonly sidePx: number;
  readonly pictures: readonly Picture[];
  readonly pool: WorkerPool;
}

async function measure({ title, source, layer, sidePx, pictures, pool }: Case): Promise<string[][]> {
  const { model } = source;
  const preprocessing = resolvePreprocessing(model);
  const { tensor } = findLayer(model, layer);
  const last = suggestLayers(model, 1)[0]!;
  const deepest = suggestLayers(model, 3).at(-1)?.tensor ?? last.tensor;
  const way = [...new Set([layerBefore(model, tensor), tensor, deepest])];
  const seen = pictures.map((picture) => preprocess(picture, preprocessing).seen);
  const natural = await pooledActivations(source, seen, way, { preprocessing, pool });
  const own = way.indexOf(tensor);
  const { channels } = natural[own]!;
  const size = imageInput(model);
  const side = size.width ?? sidePx;
  const rows: string[][] = [];
  for (const kind of METHODS) {
    const method = methodOf(kind, { pictures, near: layerBefore(model, tensor) });
    const found: Trust[] = [];
    const sheet: Uint8Array[] = [];
    let seconds = 0;
    for (let n = 0; n < CHANNELS; n++) {
      const index = Math.floor(((n + 0.5) * channels) / CHANNELS);
      const prepared = prepareVisualization(source, {
        objective: channel(tensor, index),
        preprocessing,
        method,
        sizePx: side,
        steps: STEPS[kind],
        batch: SEEDS,
      });
      // Processor time of all threads: other work on the machine does not count.
      const before = process.cpuUsage();
      const made = await visualize(pool, prepared, { seeds: [1, 2, 3] });
      const { user, system } = process.cpuUsage(before);
      seconds += (user + system) / 1e6;
      const bytes = made.widthPx * made.heightPx * 3;
      const shown = [0, 1, 2].map((i) =>
        cropped({ width: made.widthPx, height: made.heightPx, data: made.pictures.slice(i * bytes, (i + 1) * bytes) }, side),
      );
      sheet.push(...shown.map(({ data }) => data));
      const images: PooledLayer[] = await pooledActivations(source, shown, way, { preprocessing, pool });
      found.push(judgeTrust({ natural, own, channel: index, images, reached: made.dots[0]!, cosine: made.cosines[0]! }));
    }
    if (SHEETS !== undefined)
      await writeFile(
        join(SHEETS, `${title.replaceAll(/[^\w.]+/g, '-')}-${kind}.png`),
        await encodePng(packSheet(sheet, { tilePx: side, columns: 2 * SEEDS })),
      );
    const mean = (of: (trust: Trust) => number | null): string => {
      const known = found.map(of).filter((value) => value !== null);
      return known.length === 0 ? '–' : (known.reduce((a, b) => a + b, 0) / known.length).toFixed(2);
    };
    rows.push([
      kind,
      mean((trust) => trust.naturalPercentile),
      mean((trust) => trust.seedAgreement),
      mean((trust) => trust.twoAlternative),
      mean((trust) => trust.twoAlternativeNatural),
      `${mean((trust) => trust.pathSimilarity)} (natural ${mean((trust) => trust.pathSimilarityNatural)})`,
      (seconds / (CHANNELS * SEEDS)).toFixed(1),
    ]);
  }
  return rows;
}

function methodOf(kind: MethodName, { pictures, near }: { pictures: readonly Picture[]; near: string }): Method {
  if (kind === 'maco') return macoOf(pictures.slice(0, 32));
  if (kind === 'accentuation') return { kind, picture: pictures[0]!, near };
  return { kind };
}

/** Drawings spread over the emoji world, as pictures. */
async function emojiDrawings(pool: WorkerPool): Promise<Picture[]> {
  const { drawings } = loadEmoji();
  const chosen = Array.from({ length: PICTURES }, (_, i) => drawings[Math.floor((i * drawings.length) / PICTURES)]!);
  const pictures: Picture[] = [];
  const onImage = async (i: number, png: Uint8Array): Promise<void> => {
    pictures[i] = await decodePicture(png);
  };
  await emojiImages(chosen, { pool, sidePx: 128, onImage });
  return pictures;
}

/** The middle of a picture that is larger than what the network sees. */
function cropped({ width, height, data }: Picture, side: number): Picture {
  if (width === side && height === side) return { width, height, data };
  const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  const out = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++)
    out.set(data.subarray(((top + y) * width + left) * 3, ((top + y) * width + left + side) * 3), y * side * 3);
  return { width: side, height: side, data: out };
}

async function naturalPictures(folder: string): Promise<Picture[]> {
  const { pictures } = await scanPictures(folder);
  const chosen = Array.from({ length: PICTURES }, (_, i) => pictures[Math.floor((i * pictures.length) / PICTURES)]!);
  return Promise.all(chosen.map(async (picture) => decodePicture(await readFile(join(folder, picture.file)))));
}
