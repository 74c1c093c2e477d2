import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type ChannelExemplarRow,
  type ChannelImageRow,
  type ChannelRow,
  decodeSafetensors,
  type LayerMicroscope,
  readParquet,
  type StepsAnswer,
  type WorkspaceManifest,
} from '@incognita/workspace/schema';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { GraphBuilder, write } from '../../packages/onnx/dist/index.js';
import { type RunningServer, serveWorkspace } from '../../packages/server/dist/index.js';
import { incognita } from '../command.ts';
import { violations } from './axe.ts';
import { launchBrowser, noBrowser, visit } from './browser.ts';
import { drawPictures } from './pictures.ts';
import { type StaticServer, serveFolder } from './staticServer.ts';

const soon = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });

describe.skipIf(noBrowser !== null)(`the page Microscope${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let root: string;
  let workspace: string;
  let manifest: WorkspaceManifest;
  let plain: StaticServer;
  let server: RunningServer;
  let browser: Browser;
  const LAYERS = ['conv1', 'conv5', 'fc6'].flatMap((name) => ['--layer', name]);

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'incognita microscope '));
    workspace = join(root, 'emoji');
    await drawPictures({ dir: join(root, 'pictures'), perLabel: 3, sizePx: 64, seed: 5 });
    const settings = '--images 1 --negative none --diverse none --steps 8 --workers 2'.split(' ');
    const made = await incognita([
      'microscope',
      'emoji-alexnet',
      join(root, 'pictures'),
      ...LAYERS,
      ...settings,
      '--out',
      workspace,
    ]);
    if (made.code !== 0) throw new Error(`incognita microscope: exit ${made.code}\n${made.stderr}`);
    manifest = JSON.parse(await readFile(join(workspace, 'incognita.json'), 'utf8'));
    plain = await serveFolder(workspace);
    server = await serveWorkspace({ dir: workspace, port: 0 });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await plain?.close();
    await rm(root, { recursive: true, force: true });
  });

  const layerOf = (name: string): LayerMicroscope => manifest.microscope!.layers.find(({ layer }) => layer === name)!;
  const rowsOf = async <Row extends object>(file: string): Promise<Row[]> =>
    (await readParquet<Row & Record<string, unknown>>(new Uint8Array(await readFile(join(workspace, file))))).map(
      (row) =>
        Object.fromEntries(
          Object.entries(row).map(([key, value]) => [key, typeof value === 'bigint' ? Number(value) : value]),
        ) as Row,
    );
  const idle = (page: Page) => page.waitForFunction(() => !document.querySelector('main [aria-busy=true], main [role=status]'));
  const openPlain = (query = '', options: object = {}) => visit(browser, `${plain.origin}/?page=microscope${query}`, options);
  const openServed = (query: string) => visit(browser, `${server.url}?page=microscope${query}`);

  it('opens on a workspace that holds nothing else, with the network as a tree that keys walk', async () => {
    const { page, end } = await visit(browser, plain.origin);
    await page.getByRole('heading', { level: 1, name: 'conv5' }).waitFor();
    const items = page.getByRole('tree', { name: 'Layers' }).getByRole('treeitem');
    expect(await items.count()).toBe(manifest.model.layers.length);
    await items.filter({ hasText: 'conv5' }).focus();
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'conv1' }).waitFor();
    expect(page.url()).toContain('layer=conv1');
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'conv5' }).waitFor();
    await end();
  });

  it('holds all channels of a layer but only the rows that are seen, and keys reach each of them', async () => {
    const { page, end } = await openPlain('&layer=fc6');
    const grid = page.getByRole('grid', { name: 'Channels of fc6' });
    const cells = grid.getByRole('gridcell');
    await cells.first().waitFor();
    expect(await cells.count()).toBeLessThan(200);
    await page.getByRole('link', { name: 'Channel 0,' }).focus();
    await page.keyboard.press('End');
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label')?.startsWith('Channel 767'));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'fc6 channel 767' }).waitFor();
    await page.keyboard.press(',');
    await page.getByRole('heading', { level: 1, name: 'fc6 channel 766' }).waitFor();
    expect(page.url()).toContain('channel=766');
    await page.keyboard.press('u');
    await grid.waitFor();
    await end();
  });

  it('sorts channels by what was measured, and finds those of a label', async () => {
    const { page, end } = await openPlain('&layer=conv5');
    const names = page.getByRole('grid').getByRole('link');
    await names.first().waitFor();
    await page.getByLabel('Sort by').selectOption('strongest value');
    const statistics = await rowsOf<ChannelRow>(layerOf('conv5').statistics);
    const order = [...statistics].sort((a, b) => b.max - a.max || a.channel - b.channel).map(({ channel }) => channel);
    await soon(() => names.first().getAttribute('data-place')).toBe('0');
    await soon(async () => (await names.allTextContents()).slice(0, 5).map(Number)).toEqual(order.slice(0, 5));
    await page.keyboard.press('/');
    await page.keyboard.type('red cir');
    const exemplars = await rowsOf<ChannelExemplarRow>(layerOf('conv5').exemplars);
    const label = ({ picture }: ChannelExemplarRow) => manifest.dataset.pictures[picture]!.label;
    const fitting = new Set(
      exemplars.filter((row) => row.kind === 'top' && label(row) === 'red circle').map(({ channel }) => channel),
    );
    await page.getByText(`${fitting.size} of 192 channels`).waitFor();
    expect(page.url()).toContain('find=red+cir');
    await end();
  });

  it('marks optimised images with the trust that was measured, and explains the mark', async () => {
    const { page, end } = await openPlain('&layer=conv5&channel=0');
    const [scores] = await rowsOf<ChannelImageRow>(layerOf('conv5').images[0]!.scores);
    const { trust } = manifest.microscope!;
    const doubtful =
      scores!.naturalPercentile < trust.naturalPercentile ||
      (scores!.seedAgreement ?? 1) < trust.seedAgreement ||
      (scores!.twoAlternative ?? 1) < trust.twoAlternative;
    const about = page.getByRole('button', { name: doubtful ? 'with doubt' : 'above all marks' });
    await about.click();
    const popup = page.getByRole('dialog', { name: 'How far to trust this image' });
    await popup.getByText(scores!.seedAgreement!.toFixed(2)).first().waitFor();
    await popup.getByText('The judge is the network itself').waitFor();
    await page.keyboard.press('Escape');
    await end();
  });

  it('shows all that is stored on any static server, and says what only ours can compute', async () => {
    const { page, end } = await openPlain('&layer=conv1&channel=3');
    await page.getByText('The numbers behind a value cannot be computed here.').waitFor();
    await page.getByText('7 × 7 pixels, three colours deep').waitFor();
    const exemplars = (await rowsOf<ChannelExemplarRow>(layerOf('conv1').exemplars)).filter(({ channel }) => channel === 3);
    for (const kind of ['top', 'quantile', 'bottom'])
      expect(await page.locator(`.patch-list[data-kind=${kind}] button`).count()).toBe(
        exemplars.filter((row) => row.kind === kind).length,
      );
    const histograms = decodeSafetensors(new Uint8Array(await readFile(join(workspace, layerOf('conv1').histograms))));
    const { data, shape } = histograms.tensors.get('counts')!;
    const counted = (data as Uint32Array).subarray(3 * shape[1]!, 4 * shape[1]!).reduce((a, b) => a + b, 0);
    await page.getByRole('img', { name: `Histogram of ${counted.toLocaleString('en')} values` }).waitFor();
    const linked = page.getByRole('region', { name: 'Connections' }).getByRole('link').first();
    if ((await linked.count()) > 0) expect(await linked.getAttribute('href')).toContain('channel=');
    await end();
  });

  it('takes a value apart with the real numbers, whose sum is the network’s own to 1e-4', async () => {
    for (const [name, slices] of [
      ['conv1', 3],
      ['conv5', 128],
    ] as const) {
      const { page, end } = await openServed(`&layer=${name}&channel=5`);
      const asked = page.waitForResponse((response) => response.url().endsWith('/api/microscope/steps'));
      const answer = (await (await asked).json()) as StepsAnswer;
      expect(answer.slices).toBe(slices);
      const sum = answer.patch.reduce((total, value, i) => total + value * answer.weights[i]!, answer.bias);
      expect(sum).toBeCloseTo(answer.measured, 4);
      expect(Math.max(0, sum)).toBeCloseTo(answer.activation, 4);
      await idle(page);
      const said = await page.getByText('the difference is').textContent();
      expect(Number(/difference is (\S+)\.$/.exec(said!)![1]!.replace('−', '-'))).toBeLessThan(1e-4);
      await page.getByLabel('Row').fill('0');
      await soon(() => page.url()).toMatch(/at=\d+:0,/);
      await idle(page);
      await page.getByText('numbers', { exact: true }).first().click();
      await page.getByRole('region', { name: 'Numbers of the slice' }).getByRole('row').nth(3).waitFor();
      await end();
    }
  });

  it('says that the model is gone, and that a layer without a gradient behind it has no images; one channel is a layer too', async () => {
    const moved = join(root, 'moved');
    await cp(workspace, moved, { recursive: true });
    const other = { ...manifest, model: { ...manifest.model, sha256: '0'.repeat(64) } };
    await writeFile(join(moved, 'incognita.json'), JSON.stringify(other));
    const lost = await serveWorkspace({ dir: moved, port: 0 });
    onTestFinished(() => lost.close());
    const first = await visit(browser, `${lost.url}?page=microscope&layer=conv1&channel=0`);
    await first.page.getByText('The model model.onnx is not where it was').waitFor();
    await first.page.context().close();

    const b = new GraphBuilder();
    const x = b.input('image', 'float32', ['n', 3, 32, 32]);
    const weights = b.f32(
      Float32Array.from({ length: 27 }, (_, i) => Math.sin(i)),
      [1, 3, 3, 3],
    );
    const one = b.op('Relu', [b.op('Conv', [x, weights], { kernel_shape: [3, 3] }, { output: 'single' })]);
    const pooled = b.op('Flatten', [b.op('GlobalAveragePool', [b.op('Round', [one])])]);
    b.output(b.op('Gemm', [pooled, b.f32([1, -1], [1, 2])]), 'float32', ['n', 2], 'scores');
    await writeFile(join(root, 'single.onnx'), write(b.model()));
    const out = join(root, 'single');
    const { code, stderr } = await incognita([
      'microscope',
      join(root, 'single.onnx'),
      join(root, 'pictures'),
      '--steps',
      '4',
      '--out',
      out,
    ]);
    expect(code, stderr).toBe(0);
    const single = await serveFolder(out);
    onTestFinished(single.close);
    const layers = (JSON.parse(await readFile(join(out, 'incognita.json'), 'utf8')) as WorkspaceManifest).microscope!.layers;
    const { page, end } = await visit(browser, `${single.origin}/?page=microscope&layer=${layers[0]!.layer}`);
    await page.getByText('1 channel of a convolution').waitFor();
    await soon(() => page.getByRole('gridcell').count()).toBe(1);
    await page.getByRole('link', { name: 'Channel 0,' }).click();
    await page.getByRole('heading', { level: 1, name: 'channel 0' }).waitFor();
    if (layers[0]!.noImages !== null) await page.getByText(layers[0]!.noImages!).waitFor();
    await end();
  });

  it('stands beside a decoder’s block on the page Language, where a place holds both', async () => {
    const both = join(root, 'both');
    await cp(workspace, both, { recursive: true });
    await cp(fileURLToPath(new URL('../../packages/learn/models/story-gpt', import.meta.url)), join(both, 'story-gpt'), {
      recursive: true,
    });
    const served = await serveWorkspace({ dir: both, port: 0 });
    onTestFinished(() => served.close());
    const { page, end } = await visit(browser, `${served.url}?page=language&text=once`);
    await page.getByText('The same in an image network').click();
    await page.getByText('the difference is').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'conv5, channel 0' }).click();
    await page.getByRole('heading', { level: 1, name: 'conv5 channel 0' }).waitFor();
    await end();
  });

  it.each(['dark', 'light'])('has nothing that axe finds wrong, %s', async (colorScheme) => {
    for (const query of ['&layer=conv5', '&layer=conv1&channel=2']) {
      const { page, end } = await openPlain(query, { colorScheme });
      await page.locator('.crop, .channel-tile').first().waitFor();
      await idle(page);
      expect(await violations(page)).toEqual([]);
      await end();
    }
  });

  it('fits a phone', async () => {
    for (const query of ['&layer=conv5', '&layer=conv1&channel=2']) {
      const { page, end } = await openPlain(query, { viewport: { width: 390, height: 844 } });
      await page.locator('.crop, .channel-tile').first().waitFor();
      await idle(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      await end();
    }
  });
});
