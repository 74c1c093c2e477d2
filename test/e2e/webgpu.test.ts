import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { naiveDecoder } from '../../packages/language/dist/testing/naiveDecoder.js';
import { NO_OFFERS } from '../../packages/workspace/dist/index.js';
import { LETTER_WEIGHTS, writeLetterDecoder } from '../letterDecoder.ts';
import { writeTinyNet } from '../tinyNet.ts';
import { launchBrowser, noBrowser, visit } from './browser.ts';
import { callWorker } from './callWorker.ts';
import { randomFrom } from './random.ts';
import { type StaticServer, serveFolder } from './staticServer.ts';

const assets = new URL('../../packages/explorer/dist/explorer/assets/', import.meta.url);
const PROMPT = [1, 0, 3, 6, 4];
const soon = <T>(read: () => T) => expect.poll(read, { timeout: 30_000 });

/** Loses the graphics card at the first work that it is given once the page says so; put before a worker's own code. */
const LOSE = `
let armed = false;
new BroadcastChannel('lose').onmessage = () => { armed = true; };
const { requestDevice } = GPUAdapter.prototype;
GPUAdapter.prototype.requestDevice = async function (...given) {
  const device = await requestDevice.apply(this, given);
  const { submit } = device.queue;
  device.queue.submit = function (...work) {
    if (armed) device.destroy();
    return submit.apply(this, work);
  };
  return device;
};
`;

it('the code of workers in a tab needs no Node', async () => {
  const names = (await readdir(assets)).filter((name) => /worker.*\.js$/.test(name));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const text = await readFile(new URL(name, assets), 'utf8');
    expect(
      text.match(/(from|import)\s*\(?\s*["'`](node:|fs|path|worker_threads|onnxruntime-node|sharp)[^"'`]*/g),
      name,
    ).toBeNull();
    expect(text, name).not.toContain('__vite-browser-external');
  }
});

// Chromium's graphics card in software: slow, but the same shaders and the same ways to fail.
describe.skipIf(noBrowser !== null)('WebGPU in a tab', () => {
  let folder: string;
  let browser: Browser;
  let server: StaticServer;
  let losing: StaticServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gpu '));
    await cp(fileURLToPath(new URL('../../packages/explorer/dist', import.meta.url)), folder, { recursive: true });
    await writeLetterDecoder(join(folder, 'letters'));
    await writeTinyNet(join(folder, 'tiny.onnx'), 32);
    const decoders = [{ name: 'letters', path: 'letters/' }];
    const networks = [{ name: 'tiny', path: 'tiny.onnx', lacks: null }];
    await writeFile(join(folder, 'offers.json'), JSON.stringify({ ...NO_OFFERS, name: 'static', decoders, networks }));
    const [worker] = (await readdir(assets)).filter((name) => name.startsWith('language.worker'));
    const code = LOSE + (await readFile(new URL(worker!, assets), 'utf8'));
    server = await serveFolder(folder);
    losing = await serveFolder(folder, (path) => (path.endsWith(worker!) ? code : undefined));
    browser = await launchBrowser(['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan']);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await losing?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('gives the numbers of loops, of WebAssembly, and the same text', async () => {
    const { page, end } = await visit(browser, `${server.origin}/?page=language&text=badge`);
    await page.getByRole('combobox', { name: 'Runs' }).waitFor();
    await soon(() => page.getByRole('combobox', { name: 'Runs' }).inputValue()).toBe('webgpu');
    await page.locator('.token-list .token').first().waitFor();
    const question = { ids: PROMPT, clamps: [] };
    const reads = { stream: { point: 'resid_post.1' }, probs: { point: 'attn_probs.0' } };
    const naive = naiveDecoder(LETTER_WEIGHTS, PROMPT);
    const texts: unknown[] = [];
    for (const provider of ['webgpu', 'wasm']) {
      const [opened, run, generated] = await callWorker(page, [
        ['open', { folder: `${server.origin}/letters/`, provider, limitBytes: 1e8 }],
        ['run', { ...question, reads }],
        ['generate', { ...question, temperature: 0, topK: 0, topP: 1, seed: 1, maxTokens: 10 }],
      ]);
      expect((opened!.value as { engine: object }).engine).toMatchObject({ provider, reason: null });
      for (const [name, point] of [
        ['stream', 'resid_post.1'],
        ['probs', 'attn_probs.0'],
      ] as const) {
        const { data } = (run!.value as Record<string, { data: number[] }>)[name]!;
        expect(Math.max(...data.map((v, i) => Math.abs(v - naive[point]![i]!))), `${provider} ${name}`).toBeLessThan(1e-4);
      }
      texts.push((generated!.steps as { label: string }[]).map(({ label }) => label));
    }
    expect(texts[0]).toEqual(texts[1]);
    await end();
  });

  it('shows pictures to a network, explains, and optimises an image, with the numbers of WebAssembly', async () => {
    const { page, end } = await visit(browser, `${server.origin}/?page=learn`);
    const worker = (await readdir(assets)).find((name) => name.startsWith('network.worker'));
    const random = randomFrom(5);
    const data = Array.from({ length: 40 * 40 * 4 }, () => Math.floor(random() * 256));
    const picture = { width: 40, height: 40, data };
    const answers: Record<string, unknown>[][] = [];
    for (const provider of ['webgpu', 'wasm'])
      answers.push(
        await callWorker(
          page,
          [
            ['open', { url: `${server.origin}/tiny.onnx`, provider, limitBytes: 1e8 }],
            ['frame', { picture, layer: 'block3', values: true }],
            ['attribute', { picture, layer: 'block2', method: 'saliency', target: { class: 2 }, steps: 32 }],
            ['visualize', { layer: 'block2', channel: 1, steps: 16, seed: 1 }],
          ],
          `${server.origin}/explorer/assets/${worker}`,
        ),
      );
    const values = (answer: Record<string, unknown>) => {
      const { values: all, map, score } = answer.value as Record<string, number[]>;
      return all ?? map ?? [score as unknown as number];
    };
    for (let i = 1; i < answers[0]!.length; i++) {
      const [gpu, wasm] = answers.map((own) => values(own[i]!));
      expect(Math.max(...gpu!.map((v, k) => Math.abs(v - wasm![k]!))), `answer ${i}`).toBeLessThan(i === 3 ? 0.02 : 1e-3);
    }
    expect(answers[0]!.map(({ events }) => events)).toEqual(answers[0]!.map(() => []));
    await end();
  });

  it('goes on on WebAssembly, and says so, when the graphics card is lost in the middle of a run', async () => {
    const { page, end } = await visit(browser, `${losing.origin}/?page=language&text=badge&view=blocks`);
    await soon(() => page.locator('.lens tbody tr').count()).toBe(3);
    expect(await page.getByRole('combobox', { name: 'Runs' }).inputValue()).toBe('webgpu');
    await page.evaluate(() => new BroadcastChannel('lose').postMessage(null));
    await page.getByRole('textbox', { name: 'Text' }).fill('bad');
    await page.getByText(/Not on WebGPU: it was lost under way/).waitFor();
    await soon(() => page.locator('.lens thead th').count()).toBe(4);
    expect(await page.getByRole('combobox', { name: 'Runs' }).inputValue()).toBe('wasm');
    expect(await page.locator('main [role=alert]').count()).toBe(0);
    await end();
  });
});
