import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { WorkerPool } from '@incognita/runtime';
import {
  type ChannelExemplarRow,
  type ChannelImageRow,
  type ChannelLinkRow,
  createWorkspace,
  readParquet,
  type Workspace,
} from '@incognita/workspace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawPictures } from '../testing.node.js';
import { buildMicroscope } from './buildMicroscope.node.js';

const pool = new WorkerPool({ workers: 2 });
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'incognita-networks-'));
  await drawPictures(path.join(dir, 'pictures'));
});
afterAll(async () => {
  await pool.dispose();
  await rm(dir, { recursive: true });
});

const inPackage = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url));

/** What a network's layers come to: layers of each kind and layout. */
const NETWORKS = [
  ['ResNet', 'autodiff/fixtures/resnet.dynamo.onnx', { map: 17, tokens: 0, vector: 1 }],
  ['ConvNeXt', 'vision/fixtures/convnext.torchscript.onnx', { map: 20, tokens: 0, vector: 1 }],
  ['ViT', 'vision/fixtures/vit.torchscript.onnx', { map: 1, tokens: 10, vector: 1 }],
  ['Swin', 'vision/fixtures/swin.dynamo.onnx', { map: 6, tokens: 16, vector: 1 }],
] as const;

describe.each(NETWORKS)('a %s without a line of configuration', (_, file, counts) => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await createWorkspace(path.join(dir, path.basename(file)));
    const options = { modelPath: inPackage(file), picturesDir: path.join(dir, 'pictures'), images: 1, steps: 2, seed: 1 };
    await buildMicroscope(options, { workspace, pool });
  });
  afterAll(() => workspace.close());
  const layersOf = async () => (await workspace.readManifest())!.microscope!.layers;

  it('has all its layers under the microscope, each with patches of every channel', async () => {
    const layers = await layersOf();
    const found = { map: 0, tokens: 0, vector: 0 };
    for (const { layout, channels, exemplars } of layers) {
      found[layout.kind]++;
      const rows = await readParquet<ChannelExemplarRow>(await workspace.read(exemplars));
      const strongest = rows.filter(({ kind, rank }) => kind === 'top' && rank === 0);
      expect(strongest.map(({ channel }) => channel)).toEqual(Array.from({ length: channels }, (_, c) => c));
      for (const { row, column, width, height } of strongest) {
        expect(row).toBeLessThan(layout.rows);
        expect(column).toBeLessThan(layout.columns);
        expect(Math.min(width, height)).toBeGreaterThan(0);
      }
    }
    expect(found).toEqual(counts);
  });

  it('has images of all three kinds for its first convolution and its blocks, and connections', async () => {
    const layers = await layersOf();
    const painted = layers.filter(({ images }) => images.length > 0);
    expect(painted.length).toBeGreaterThanOrEqual(2);
    // The convolution that reads the picture is a part of no block, and has images too.
    expect(painted[0]!.layer).toBe(layers[0]!.layer);
    for (const { noImages, images } of painted) {
      expect(noImages).toBeNull();
      expect(images.map(({ kind }) => kind)).toEqual(['positive', 'negative', 'diverse']);
      for (const { scores } of images)
        for (const row of await readParquet<ChannelImageRow>(await workspace.read(scores)))
          expect(Number.isFinite(row.activation) && row.naturalPercentile >= 0 && row.naturalPercentile <= 1).toBe(true);
    }
    const linked = layers.filter(({ links }) => links !== null);
    expect(linked.length).toBeGreaterThan(layers.length / 2);
    const rows = await readParquet<ChannelLinkRow>(await workspace.read(linked[0]!.links!));
    expect(rows.every(({ value }) => Number.isFinite(value))).toBe(true);
  });
});
