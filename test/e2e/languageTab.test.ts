import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedModel } from '../../packages/language/dist/testing/shared.node.js';
import { EMBEDDED_LANGUAGE_MODELS } from '../../packages/learn/dist/index.js';
import { type RunningServer, serveWorkspace } from '../../packages/server/dist/index.js';
import { decodeSafetensors, NO_OFFERS } from '../../packages/workspace/dist/index.js';
import { writeLetterDecoder } from '../letterDecoder.ts';
import { violations } from './axe.ts';
import { launchBrowser, noBrowser, visit } from './browser.ts';
import { callWorker } from './callWorker.ts';
import { type StaticServer, serveFolder } from './staticServer.ts';

const explorer = fileURLToPath(new URL('../../packages/explorer/dist', import.meta.url));
const stories = sharedModel('stories260k/model.onnx');
const soon = <T>(read: () => T) => expect.poll(read, { timeout: 30_000 });
const idle = (page: Page) => page.waitForFunction(() => !document.querySelector('main [aria-busy=true], main [role=status]'));
const GREEDY = { temperature: 0, topK: 0, topP: 1, seed: 1 };

describe.skipIf(noBrowser !== null)('a decoder in the tab', () => {
  let folder: string;
  let browser: Browser;
  let plain: StaticServer;
  let server: RunningServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tab '));
    await cp(explorer, folder, { recursive: true });
    await cp(EMBEDDED_LANGUAGE_MODELS[0]!.dir, join(folder, 'story-gpt'), { recursive: true });
    await writeLetterDecoder(join(folder, 'letters'));
    if (stories !== null) await cp(join(stories, '..'), join(folder, 'stories'), { recursive: true });
    const decoders = ['letters', 'story-gpt', 'stories'].map((name) => ({ name, path: `${name}/` }));
    await writeFile(join(folder, 'offers.json'), JSON.stringify({ ...NO_OFFERS, name: 'static', decoders }));
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

  const post = (route: string, body: object) =>
    fetch(`${server.url}api/language/${route}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: server.url.slice(0, -1) },
      body: JSON.stringify(body),
    });

  it.each(['story-gpt', ...(stories === null ? [] : ['stories'])])(
    'answers as the server does, within 1e-4: %s',
    async (name) => {
      const { page, end } = await visit(browser, `${server.url}?page=language&model=letters/&text=a&engine=wasm`);
      await page.getByText(/ONNX Runtime .* thread/).waitFor();
      await page.locator('.token-list .token').first().waitFor();
      const { tokens } = (await (await post('tokens', { model: `${name}/`, text: 'The cat was', special: true })).json()) as {
        tokens: { id: number }[];
      };
      const question = { model: `${name}/`, ids: tokens.map(({ id }) => id), clamps: ['z.1[h=1]=scale:0.5'] };
      const reads = {
        stream: { point: 'resid_post.2' },
        probs: { point: 'attn_probs.1' },
        act: { point: 'mlp_act.0', position: 2 },
      };
      const explain = { ...question, point: 'mlp_pre.1', position: 1, index: 3 };
      const generate = { ...question, ...GREEDY, maxTokens: 12 };
      const threads = name === 'story-gpt' ? 2 : 1;
      const open = { folder: `${server.url}${name}/`, provider: 'wasm', limitBytes: 1e8, threads };
      const [opened, run, explained, lens, next, generated] = await callWorker(page, [
        ...([
          ['open', open],
          ['run', { ...question, reads }],
          ['explain', explain],
        ] as const),
        ...([
          ['lens', { ...question, from: 0, to: 3 }],
          ['next', { ...question, ...GREEDY, drawn: 0 }],
        ] as const),
        ['generate', generate],
      ]);
      expect(opened!.value).toMatchObject({ card: { test: { holds: true } }, engine: { provider: 'wasm', threads } });
      const { tensors } = decodeSafetensors(new Uint8Array(await (await post('run', { ...question, reads })).arrayBuffer()));
      for (const [key, { data }] of tensors) {
        const own = (run!.value as Record<string, { data: number[] }>)[key]!.data;
        expect(Math.max(...own.map((v, i) => Math.abs(v - Number(data[i])))), key).toBeLessThan(1e-4);
      }
      const ask = async (route: string, body: object) => (await (await post(route, body)).json()) as Record<string, unknown>;
      near(explained!.value, await ask('explain', explain));
      near(lens!.value, await ask('lens', { ...question, from: 0, to: 3 }));
      near(next!.value, await ask('next', { ...question, ...GREEDY, drawn: 0 }));
      const lines = (await (await post('generate', generate)).text()).trim().split('\n');
      near(
        [...(generated!.steps as object[]), { finish: generated!.value }],
        lines.map((line) => JSON.parse(line)),
      );
      await end();
    },
  );

  it('works where a plain web server shows the folder, and asks no other host', async () => {
    const { page, end } = await visit(browser, `${plain.origin}/?page=language&model=story-gpt/&engine=wasm&t=0`);
    await idle(page);
    await soon(() => page.locator('.token-list .token').count()).toBeGreaterThan(3);
    expect(await page.locator('.engine-choice option').allTextContents()).toEqual([
      'in this tab, WebGPU',
      'in this tab, WebAssembly',
    ]);
    for (const view of ['All blocks', 'All heads']) await page.getByRole('button', { name: view, exact: true }).click();
    await page.locator('.head-card').first().waitFor();
    await idle(page);
    expect(await page.locator('main [role=alert]').count()).toBe(0);
    await page.getByRole('button', { name: 'Change it', exact: true }).click();
    await page.getByRole('button', { name: 'Continue the text twice' }).click();
    await page.getByText('24 tokens; mean surprise').nth(1).waitFor();
    await page.getByRole('spinbutton', { name: 'Tokens' }).fill('512');
    await page.getByRole('button', { name: 'Continue the text twice' }).click();
    await page.getByRole('button', { name: 'stop' }).first().click();
    await page.getByText('; stopped.').first().waitFor();
    await end();
  });

  it('takes WebAssembly where there is no WebGPU, says so, and is changed to the server by a choice that the address keeps', async () => {
    const { page, end } = await visit(browser, `${server.url}?page=language&model=letters/&text=badge&engine=webgpu`);
    await page.getByText('Not on WebGPU: this browser gives no graphics card to WebGPU.').waitFor();
    const choice = page.getByRole('combobox', { name: 'Runs' });
    expect(await choice.inputValue()).toBe('wasm');
    await choice.selectOption('server');
    await soon(() => page.url()).toContain('engine=server');
    await soon(() => page.workers().length).toBe(0);
    await idle(page);
    expect(await page.locator('.token-list .token').count()).toBe(5);
    await end();
  });

  it('offers the server where the weights are more than a tab takes', async () => {
    const { page, end } = await visit(browser, `${server.url}?page=language&model=letters/&text=badge&engine=wasm`, {}, (page) =>
      page
        .route('**/letters/model.onnx', (route) =>
          route.request().method() === 'HEAD'
            ? route.fallback()
            : route.fulfill({ status: 200, headers: { 'Content-Length': '812000000' }, body: 'x' }),
        )
        .then(() => undefined),
    );
    await page
      .getByRole('alert')
      .filter({ hasText: /812 MB of weights, and a tab takes 400 MB/ })
      .waitFor();
    await page.getByRole('button', { name: 'Run it on the server' }).click();
    await soon(() => page.locator('.token-list .token').count()).toBe(5);
    await end();
  });

  it('has nothing that axe finds, in both themes, and nothing wider than a phone', async () => {
    const { page, end } = await visit(browser, `${plain.origin}/?page=language&text=badge&model=letters/`);
    await page.locator('.token-list .token').first().waitFor();
    await idle(page);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page)).toEqual([]);
    }
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await end();
  });
});

/** Equal in all words, and in all numbers within 1e-4. */
function near(own: unknown, other: unknown): void {
  if (typeof own === 'number' && typeof other === 'number') expect(Math.abs(own - other)).toBeLessThan(1e-4);
  else if (typeof own === 'object' && own !== null) {
    expect(Object.keys(own)).toEqual(Object.keys(other as object));
    for (const [key, value] of Object.entries(own)) near(value, (other as Record<string, unknown>)[key]);
  } else expect(own).toEqual(other);
}
