/**
 * A real, small workspace made without a network: the "activations" are the mean colours of patches, the classes are a linear
 * read-out of them, and an icon is the mean of a cell's patches. Everything in it is computed from the pictures.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import sharp from 'sharp';
import { UMAP } from 'umap-js';
import type {
  CellRow,
  ExemplarRow,
  GridManifest,
  LayerAtlas,
  PointRow,
  WorkspaceManifest,
} from '../../packages/workspace/src/schema/index.ts';
import { randomFrom } from './random.ts';

interface Options {
  /** Folder of folders of pictures; a folder's name is the label. Or a flat folder of `ID_label.jpg`. */
  picturesDir: string;
  dir: string;
  positionsPerPicture: number;
  grids: readonly number[];
  sidePx: number;
  patchPx: number;
  seed: number;
  layers: readonly { name: string; blocks: number }[];
  /** Share of the cells of each grid that receive an icon. */
  iconShare: number;
}

interface Sample {
  picture: number;
  row: number;
  column: number;
  left: number;
  top: number;
}

export async function makeFixture(options: Options): Promise<WorkspaceManifest> {
  const { dir, sidePx, patchPx } = options;
  const write = async (path: string, bytes: Uint8Array | string) => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), bytes);
  };
  const pictures = await listPictures(options.picturesDir);
  const raws: Buffer[] = [];
  for (const [i, picture] of pictures.entries()) {
    const image = sharp(picture.path).resize(sidePx, sidePx, { fit: 'cover' }).removeAlpha();
    raws.push(await image.clone().raw().toBuffer());
    await write(`stages/pictures/fixture/${i}.webp`, await image.webp({ quality: 88 }).toBuffer());
  }
  const random = randomFrom(options.seed);
  const positions = Math.floor((sidePx - patchPx) / 8) + 1;
  const samples: Sample[] = pictures.flatMap((_, picture) =>
    Array.from({ length: options.positionsPerPicture }, () => {
      const row = Math.floor(random() * positions);
      const column = Math.floor(random() * positions);
      return { picture, row, column, left: column * 8, top: row * 8 };
    }),
  );
  const names = [...new Set(pictures.map((p) => p.label))].sort();
  const labels = pictures.map((p) => names.indexOf(p.label));
  const layers: LayerAtlas[] = [];
  for (const { name, blocks } of options.layers) {
    const features = samples.map((s) => blockMeans(raws[s.picture]!, sidePx, s, patchPx, blocks));
    const xy = layout(features, options.seed);
    const points: PointRow[] = samples.map((s, i) => ({
      picture: s.picture,
      row: s.row,
      column: s.column,
      x: xy[i]![0]!,
      y: xy[i]![1]!,
    }));
    const base = `stages/${name}/fixture`;
    await write(`${base}/points.parquet`, parquet(points as unknown as Record<string, unknown>[]));
    const grids: GridManifest[] = [];
    for (const size of options.grids) {
      const folder = `${base}/grid-${size}`;
      grids.push(await makeGrid({ size, folder, points, features, samples, raws, labels, names, ...options, write }));
    }
    layers.push({
      layer: name,
      tensor: `${name}/mean_colours`,
      channels: blocks * blocks * 3,
      heightPositions: positions,
      widthPositions: positions,
      receptiveFieldPx: patchPx,
      stridePx: 8,
      activations: samples.length,
      points: `${base}/points.parquet`,
      vectors: `${base}/activations.safetensors`,
      whitening: null,
      umap: { neighbors: 15, minDist: 0.05, metric: 'euclidean', epochs: 150 },
      outside: 0,
      grids,
    });
  }
  const manifest: WorkspaceManifest = {
    format: 'incognita-workspace',
    version: 1,
    generator: 'fixture',
    seed: options.seed,
    complete: true,
    preset: 'fixture',
    model: {
      name: 'mean-colours',
      file: 'mean-colours.onnx',
      sha256: '0'.repeat(64),
      bytes: 0,
      parameters: 0,
      producer: 'fixture',
      layers: layers.map((l) => ({
        name: l.layer,
        tensor: l.tensor,
        op: 'AveragePool',
        shape: [null, l.channels, positions, positions],
      })),
    },
    preprocessing: {
      widthPx: sidePx,
      heightPx: sidePx,
      resize: 'crop',
      divisor: 255,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      colorOrder: 'rgb',
      layout: 'nchw',
      source: 'option',
      statement: `Each picture is scaled so that its short side is ${sidePx} pixels and cropped to the centre square.`,
    },
    dataset: {
      name: 'drawn pictures',
      sha256: '0'.repeat(64),
      pictures: pictures.map((p, i) => ({
        file: p.file,
        label: p.label,
        image: `stages/pictures/fixture/${i}.webp`,
        widthPx: sidePx,
        heightPx: sidePx,
      })),
      skipped: [{ file: 'broken.png', reason: 'not a picture: the file is empty' }],
    },
    classes: { names, source: 'folder names', tensor: 'readout' },
    layers,
    progress: null,
  };
  await write('incognita.json', JSON.stringify(manifest));
  return manifest;
}

async function listPictures(root: string) {
  const found: { path: string; file: string; label: string }[] = [];
  for (const entry of (await readdir(root, { withFileTypes: true })).sort((a, b) => a.name.localeCompare(b.name))) {
    if (entry.isDirectory()) {
      for (const file of (await readdir(join(root, entry.name))).sort())
        found.push({ path: join(root, entry.name, file), file: `${entry.name}/${file}`, label: entry.name });
    } else {
      const label = entry.name.replace(/^n\d+_|\.\w+$/g, '').replaceAll('_', ' ');
      found.push({ path: join(root, entry.name), file: entry.name, label });
    }
  }
  return found;
}

function blockMeans(raw: Buffer, sidePx: number, at: Sample, patchPx: number, blocks: number): Float32Array {
  const means = new Float32Array(blocks * blocks * 3);
  const block = Math.floor(patchPx / blocks);
  for (let y = 0; y < block * blocks; y++)
    for (let x = 0; x < block * blocks; x++)
      for (let c = 0; c < 3; c++) {
        const slot = (Math.floor(y / block) * blocks + Math.floor(x / block)) * 3 + c;
        means[slot]! += raw[((at.top + y) * sidePx + at.left + x) * 3 + c]! / 255 / block / block;
      }
  return means;
}

function layout(features: Float32Array[], seed: number): number[][] {
  const umap = new UMAP({ nComponents: 2, nNeighbors: 15, minDist: 0.05, nEpochs: 150, random: randomFrom(seed) });
  const raw = umap.fit(features.map((f) => Array.from(f)));
  const bounds = [0, 1].map((axis) => {
    const values = raw.map((p) => p[axis]!);
    return [Math.min(...values), Math.max(...values)] as const;
  });
  return raw.map((p) => p.map((v, axis) => 0.02 + (0.96 * (v - bounds[axis]![0])) / (bounds[axis]![1] - bounds[axis]![0])));
}

interface GridInput extends Options {
  size: number;
  folder: string;
  points: PointRow[];
  features: Float32Array[];
  samples: Sample[];
  raws: Buffer[];
  labels: number[];
  names: string[];
  write: (path: string, bytes: Uint8Array | string) => Promise<void>;
}

async function makeGrid(input: GridInput): Promise<GridManifest> {
  const { size, folder, points, features, samples, labels, names, patchPx, write } = input;
  const members = new Map<number, number[]>();
  for (const [i, p] of points.entries()) {
    const cell = Math.floor(p.y * size) * size + Math.floor(p.x * size);
    members.set(cell, [...(members.get(cell) ?? []), i]);
  }
  const kept = [...members].filter(([, m]) => m.length >= 2).sort((a, b) => a[0] - b[0]);
  const dim = features[0]!.length;
  const global = mean(
    features,
    features.map((_, i) => i),
    dim,
  );
  const classMeans = names.map((_, c) =>
    mean(
      features,
      samples.flatMap((s, i) => (labels[s.picture] === c ? [i] : [])),
      dim,
    ),
  );
  const cells: CellRow[] = [];
  const exemplars: ExemplarRow[] = [];
  const direction = new Float32Array(kept.length * dim);
  const attribution = new Float32Array(kept.length * names.length);
  const patches: Buffer[] = [];
  const icons: Buffer[] = [];
  for (const [r, [cell, ids]] of kept.entries()) {
    const m = mean(features, ids, dim);
    direction.set(m, r * dim);
    const values = classMeans.map((k) => dot(sub(m, global), sub(k, global)));
    attribution.set(values, r * names.length);
    const counts = new Map<number, number>();
    for (const i of ids) counts.set(labels[samples[i]!.picture]!, (counts.get(labels[samples[i]!.picture]!) ?? 0) + 1);
    const [label, most] = [...counts].sort((a, b) => b[1] - a[1])[0]!;
    const ranked = [...ids].sort((a, b) => cosine(features[b]!, m) - cosine(features[a]!, m)).slice(0, 12);
    for (const [rank, point] of ranked.entries())
      exemplars.push({
        cell,
        rank,
        point,
        cosine: cosine(features[point]!, m),
        left: samples[point]!.left,
        top: samples[point]!.top,
        width: patchPx,
        height: patchPx,
      });
    const units = ids.map((i) => scale(features[i]!, 1 / Math.hypot(...features[i]!)));
    cells.push({
      cell,
      gridX: cell % size,
      gridY: Math.floor(cell / size),
      count: ids.length,
      purity: most / ids.length,
      label: names[label]!,
      coherence: Math.hypot(
        ...mean(
          units,
          units.map((_, i) => i),
          dim,
        ),
      ),
      variance:
        ids.reduce((sum, i) => sum + dot(sub(features[i]!, m), sub(features[i]!, m)), 0) /
        ids.length /
        variance(features, global),
      medoid: ranked[0]!,
      topClass: values.indexOf(Math.max(...values)),
    });
    const crops = await Promise.all(ranked.map((i) => crop(input, i)));
    patches.push(crops[0]!);
    const average = Buffer.alloc(crops[0]!.length);
    for (let k = 0; k < average.length; k++) average[k] = crops.reduce((sum, b) => sum + b[k]!, 0) / crops.length;
    icons.push(average);
  }
  const ids = cells.map((c) => c.cell);
  const withIcon = Math.round(ids.length * input.iconShare);
  await write(`${folder}/cells.parquet`, parquet(cells as unknown as Record<string, unknown>[]));
  await write(`${folder}/exemplars.parquet`, parquet(exemplars as unknown as Record<string, unknown>[]));
  await write(
    `${folder}/vectors.safetensors`,
    safetensors({
      direction: { shape: [ids.length, dim], data: direction },
      attribution: { shape: [ids.length, names.length], data: attribution },
    }),
  );
  const columns = Math.ceil(Math.sqrt(ids.length));
  await write(`${folder}/patches.webp`, await sheet(patches, columns));
  const grid: GridManifest = {
    size,
    cells: `${folder}/cells.parquet`,
    exemplars: `${folder}/exemplars.parquet`,
    vectors: `${folder}/vectors.safetensors`,
    patches: [{ file: `${folder}/patches.webp`, columns, tilePx: TILE, ids }],
    icons: [],
    iconScores: [],
    iconsPlanned: input.iconShare > 0 ? ids.length : 0,
  };
  if (withIcon === 0) return grid;
  await write(`${folder}/icons.webp`, await sheet(icons.slice(0, withIcon), columns));
  const scores = ids.slice(0, withIcon).map((cell, r) => {
    const own = direction.slice(r * dim, (r + 1) * dim);
    const reach = dot(own, own);
    const below = features.filter((f) => dot(f, own) < reach).length;
    return { cell, cosine: cosine(own, own), activation: reach, naturalPercentile: below / features.length, steps: 0 };
  });
  await write(`${folder}/icons.parquet`, parquet(scores));
  return {
    ...grid,
    icons: [{ file: `${folder}/icons.webp`, columns, tilePx: TILE, ids: ids.slice(0, withIcon) }],
    iconScores: [`${folder}/icons.parquet`],
  };
}

const TILE = 64;

async function crop({ raws, samples, sidePx, patchPx }: GridInput, i: number): Promise<Buffer> {
  const { picture, left, top } = samples[i]!;
  return sharp(raws[picture]!, { raw: { width: sidePx, height: sidePx, channels: 3 } })
    .extract({ left, top, width: patchPx, height: patchPx })
    .resize(TILE, TILE)
    .raw()
    .toBuffer();
}

async function sheet(tiles: Buffer[], columns: number): Promise<Buffer> {
  const width = columns * TILE;
  const height = Math.ceil(tiles.length / columns) * TILE;
  const composed = tiles.map((input, i) => ({
    input,
    raw: { width: TILE, height: TILE, channels: 3 as const },
    left: (i % columns) * TILE,
    top: Math.floor(i / columns) * TILE,
  }));
  return sharp({ create: { width, height, channels: 3, background: '#000' } })
    .composite(composed)
    .webp({ quality: 88 })
    .toBuffer();
}

function parquet(rows: Record<string, unknown>[]): Uint8Array {
  const columnData = Object.keys(rows[0]!).map((name) => {
    const data = rows.map((row) => row[name]);
    const numeric = typeof data.find((v) => v !== null) === 'number';
    const whole = numeric && data.every((v) => v === null || Number.isInteger(v));
    return { name, data, type: numeric ? (whole ? ('INT32' as const) : ('DOUBLE' as const)) : ('STRING' as const) };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

function safetensors(tensors: Record<string, { shape: number[]; data: Float32Array }>): Uint8Array {
  let offset = 0;
  const header: Record<string, unknown> = {};
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = JSON.stringify(header).padEnd(Math.ceil(JSON.stringify(header).length / 8) * 8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, Buffer.from(json), ...Object.values(tensors).map((t) => Buffer.from(t.data.buffer))]);
}

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
const sub = (a: Float32Array, b: Float32Array) => a.map((v, i) => v - b[i]!);
const scale = (a: Float32Array, by: number) => a.map((v) => v * by);
const cosine = (a: Float32Array, b: Float32Array) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
const variance = (rows: Float32Array[], m: Float32Array) => rows.reduce((s, f) => s + dot(sub(f, m), sub(f, m)), 0) / rows.length;
function mean(rows: Float32Array[], ids: number[], dim: number): Float32Array {
  const out = new Float32Array(dim);
  for (const i of ids) for (let k = 0; k < dim; k++) out[k]! += rows[i]![k]! / ids.length;
  return out;
}
