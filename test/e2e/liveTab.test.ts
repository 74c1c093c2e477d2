import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModelSource, WorkerPool } from '../../packages/runtime/dist/index.js';
import { type RunningServer, serveWorkspace } from '../../packages/server/dist/index.js';
import { channel, prepareVisualization, resolvePreprocessing, visualize } from '../../packages/vision/dist/index.js';
import { decodeSafetensors, NO_OFFERS } from '../../packages/workspace/dist/index.js';
import { writeTinyNet } from '../tinyNet.ts';
import { violations } from './axe.ts';
import { launchBrowser, noBrowser, visit } from './browser.ts';
import { callWorker } from './callWorker.ts';
import { randomFrom } from './random.ts';
import { type StaticServer, serveFolder } from './staticServer.ts';

const explorer = fileURLToPath(new URL('../../packages/explorer/dist', import.meta.url));
const SIZE = 32;
const [WIDTH, HEIGHT] = [50, 40];
const random = randomFrom(3);
/** A picture as a canvas has it. */
const data = Array.from({ length: WIDTH * HEIGHT * 4 }, (_, i) => (i % 4 === 3 ? 255 : Math.floor(random() * 256)));
const soon = <T>(read: () => T) => expect.poll(read, { timeout: 30_000 });

describe.skipIf(noBrowser !== null)('a network in the tab', () => {
  let folder: string;
  let browser: Browser;
  let plain: StaticServer;
  let server: RunningServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'live tab '));
    await cp(explorer, folder, { recursive: true });
    await writeTinyNet(join(folder, 'tiny.onnx'), SIZE);
    await writeFile(join(folder, 'labels.json'), JSON.stringify([...'abcdefghi'].map((letter) => `kind ${letter}`)));
    const networks = [{ name: 'tiny', path: 'tiny.onnx', lacks: null }];
    await writeFile(join(folder, 'offers.json'), JSON.stringify({ ...NO_OFFERS, name: 'static', networks }));
    plain = await serveFolder(folder);
    server = await serveWorkspace({ dir: folder, port: 0 });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await plain?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const ready = (page: Page) => page.locator('.channel-map canvas').waitFor();
  const post = async (route: string, query: Record<string, string>) => {
    const size = { network: 'tiny.onnx', layer: 'block2', width: `${WIDTH}`, height: `${HEIGHT}`, channels: '4' };
    const response = await fetch(`${server.url}api/live/${route}?${new URLSearchParams({ ...size, ...query })}`, {
      method: 'POST',
      headers: { Origin: server.url.slice(0, -1) },
      body: Uint8Array.from(data),
    });
    return decodeSafetensors(new Uint8Array(await response.arrayBuffer())).tensors;
  };

  it('gives the scores, maps, attributions and images that the server gives', async () => {
    const { page, end } = await visit(browser, `${server.url}?page=live&network=tiny.onnx&engine=wasm&method=none`);
    await ready(page);
    const picture = { width: WIDTH, height: HEIGHT, data };
    const explained = { picture, layer: 'block2', target: { class: 4 }, steps: 32 };
    const [opened, frame, saliency, integrated, image] = await callWorker(page, [
      ['open', { url: `${server.url}api/live/file/tiny.onnx/network.onnx`, provider: 'wasm', limitBytes: 1e8 }],
      ['frame', { picture, layer: 'block2', values: true }],
      ['attribute', { ...explained, method: 'saliency' }],
      ['attribute', { ...explained, method: 'integrated' }],
      ['visualize', { layer: 'block2', channel: 3, steps: 32, seed: 1 }],
    ]);
    expect((opened!.value as { engine: object }).engine).toMatchObject({ provider: 'wasm', reason: null });
    type Numbers = Record<string, number[]>;
    const own = frame!.value as Numbers & { maps: Numbers; seen: Numbers };
    const other = await post('frame', { values: '1' });
    near(own.seen.data!, other.get('seen')!.data, 0);
    near(own.scores!, other.get('scores')!.data, 1e-4);
    near(own.values!, other.get('values')!.data, 1e-4);
    near(own.maps.ranges!, other.get('ranges')!.data, 1e-4);
    near(own.maps.bytes!, other.get('maps')!.data, 1);
    for (const [method, found] of [
      ['saliency', saliency],
      ['integrated', integrated],
    ] as const) {
      const { map } = found!.value as Numbers;
      near(map!, (await post('attribute', { method, target: 'class:4', steps: '32' })).get('map')!.data, 1e-4);
    }
    const source = await loadModelSource(join(folder, 'tiny.onnx'));
    const pool = new WorkerPool({ workers: 1 });
    const objective = channel('block2', 3);
    const plan = prepareVisualization(source, {
      objective,
      preprocessing: resolvePreprocessing(source.model),
      batch: 1,
      steps: 32,
    });
    const { pictures, scores } = await visualize(pool, plan, { seeds: [1] });
    await pool.dispose();
    const made = image!.value as { rgb: number[]; score: number };
    const off = made.rgb.map((v, i) => Math.abs(v - pictures[i]!));
    expect(off.reduce((a, b) => a + b) / off.length).toBeLessThan(0.5);
    expect(made.score).toBeCloseTo(scores[0]!, 2);
    expect((image!.steps as { step: number }[]).map(({ step }) => step)).toEqual([16, 32]);
    await end();
  });

  it('works where a plain web server shows the folder: names of classes, layers, explanations; and makes an image, or stops', async () => {
    const { page, end } = await visit(browser, `${plain.origin}/?page=live&engine=wasm`);
    const file = { name: 'own.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(SVG) };
    await page.locator('input[type=file]').setInputFiles(file);
    await ready(page);
    await page
      .getByText(/kind [a-i]/)
      .first()
      .waitFor();
    await page.getByText('labels.json, found beside the model').waitFor();
    await page.getByRole('button', { name: 'Make an image of channel 0 here' }).click();
    await page.getByText('Channel 0, 256 steps').waitFor();
    await page.getByRole('button', { name: 'Make an image of channel 0 here' }).click();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Make an image of channel 0 here' }).waitFor();
    expect(await page.locator('main [role=alert]').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await end();
  });

  it('says what runs, goes to the server by a choice that the address keeps, and ends the worker then', async () => {
    const { page, end } = await visit(browser, `${server.url}?page=live&network=tiny.onnx&engine=webgpu`);
    await page.getByText('Not on WebGPU: this browser gives no graphics card to WebGPU.').waitFor();
    const choice = page.getByRole('combobox', { name: 'Runs' });
    expect(await choice.inputValue()).toBe('wasm');
    await choice.selectOption('server');
    await soon(() => page.url()).toContain('engine=server');
    await soon(() => page.workers().length).toBe(0);
    await page.getByText(/ONNX Runtime .* (native|WebAssembly), one thread/).waitFor();
    await ready(page);
    await end();
  });
});

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="#c33"/><circle cx="30" cy="30" r="20" fill="#3c6"/></svg>';

function near(own: ArrayLike<number>, other: ArrayLike<number | bigint>, tolerance: number): void {
  expect(own.length).toBe(other.length);
  let worst = 0;
  for (let i = 0; i < own.length; i++) worst = Math.max(worst, Math.abs(own[i]! - Number(other[i])));
  expect(worst).toBeLessThanOrEqual(tolerance);
}
