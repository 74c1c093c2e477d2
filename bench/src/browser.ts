import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { EMBEDDED_LANGUAGE_MODELS, EMBEDDED_MODELS } from '@incognita/learn';
import { serveWorkspace } from '@incognita/server';
import { chromium, type Page } from 'playwright-core';
import type { Table } from './table.js';
import { median } from './time.task.js';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const ROUNDS = 5;
const FRAMES = 10;
const TOKENS = 200;
const [WIDTH, HEIGHT] = [320, 240];
const QUESTION = {
  ...{ model: '', ids: [5, 6, 7, 8, 9, 10, 11, 12], clamps: [] },
  ...{ temperature: 0.8, topK: 0, topP: 0.95, seed: 1, maxTokens: TOKENS },
};

/** The same questions to our server and to a worker of a tab (WebAssembly), in turn; the tables hold medians. */
export async function benchBrowser(): Promise<Table[]> {
  if (!existsSync(CHROMIUM)) return [];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--headless=new', '--no-sandbox'] });
  try {
    const page = await browser.newPage();
    return [await tokens(page), await frames(page)];
  } finally {
    await browser.close();
  }
}

async function tokens(page: Page): Promise<Table> {
  const { name, dir } = EMBEDDED_LANGUAGE_MODELS[0]!;
  const server = await serveWorkspace({ dir, port: 0 });
  const tab = await startWorker(page, server.url, 'language.worker', { folder: server.url });
  const [inTab, onServer]: number[][] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const seconds = (await tab('generate', QUESTION)) / 1000;
    const start = performance.now();
    await (await post(server.url, 'language/generate', JSON.stringify(QUESTION))).text();
    // The first round opens sessions.
    if (round === 0) continue;
    inTab!.push(TOKENS / seconds);
    onServer!.push((TOKENS * 1000) / (performance.now() - start));
  }
  await server.close();
  return tableOf(`Generation in a tab, ${TOKENS} tokens`, `${name}, tokens/s`, onServer!, inTab!);
}

async function frames(page: Page): Promise<Table> {
  const network = EMBEDDED_MODELS[0]!;
  const server = await serveWorkspace({ dir: network.dir, port: 0 });
  const url = `${server.url}api/live/file/model.onnx/network.onnx`;
  const tab = await startWorker(page, server.url, 'network.worker', { url });
  const picture = { width: WIDTH, height: HEIGHT, layer: 'conv5' };
  const body = new Uint8Array(WIDTH * HEIGHT * 4).fill(120);
  const query = new URLSearchParams({
    network: 'model.onnx',
    layer: 'conv5',
    width: `${WIDTH}`,
    height: `${HEIGHT}`,
    channels: '4',
  });
  const [inTab, onServer]: number[][] = [[], []];
  for (let frame = 0; frame <= ROUNDS * FRAMES; frame++) {
    const ms = await tab('frame', picture);
    const start = performance.now();
    await (await post(server.url, `live/frame?${query}`, body)).arrayBuffer();
    if (frame === 0) continue;
    inTab!.push(ms);
    onServer!.push(performance.now() - start);
  }
  await server.close();
  return tableOf(
    'A picture through a network in a tab',
    `${network.name}, 320 × 240 RGBA to maps of conv5, ms`,
    onServer!,
    inTab!,
  );
}

function tableOf(title: string, what: string, onServer: readonly number[], inTab: readonly number[]): Table {
  const [server, tab] = [median(onServer), median(inTab)];
  const row = [what, server.toFixed(1), tab.toFixed(1), (tab / server).toFixed(2)];
  return { title, header: ['', 'server, over HTTP', 'tab, WebAssembly', 'ratio'], rows: [row] };
}

function post(url: string, route: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
  return fetch(`${url}api/${route}`, { method: 'POST', headers: { Origin: url.slice(0, -1) }, body });
}

/** Opens a model in a worker of the page; gives a function that calls it and tells the milliseconds. */
async function startWorker(page: Page, url: string, code: string, open: object) {
  const assets = path.join(
    path.dirname(createRequire(import.meta.url).resolve('@incognita/explorer/package.json')),
    'dist/explorer/assets',
  );
  const file = (await readdir(assets)).find((name) => name.startsWith(code))!;
  await page.goto(`${url}?page=learn`);
  await page.evaluate(`{
    const worker = new Worker('./explorer/assets/${file}', { type: 'module' });
    let id = 0;
    globalThis.callWorker = (call, args) => new Promise((resolve, reject) => {
      const own = ++id;
      worker.onmessage = ({ data }) => {
        if (data.id !== own || 'step' in data) return;
        if (data.error) reject(new Error(data.error.message)); else resolve(data.value);
      };
      worker.postMessage({ id: own, call, args });
    });
  }`);
  const call = (name: string, args: object): Promise<number> =>
    page.evaluate(`(async ({ width, height, ...args }) => {
      const picture = width && { width, height, data: new Uint8ClampedArray(width * height * 4).fill(120) };
      const start = performance.now();
      await callWorker('${name}', { ...args, picture });
      return performance.now() - start;
    })(${JSON.stringify(args)})`);
  await call('open', { ...open, provider: 'wasm', limitBytes: 4e8 });
  return call;
}
