import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { embeddedModel } from '@incognita/learn';
import { cut, findLayer, imageInput } from '@incognita/onnx';
import { loadModelSource, sessionSource, WorkerPool } from '@incognita/runtime';
import { serveWorkspace } from '@incognita/server';
import { decodeSafetensors, type LiveFrameFacts } from '@incognita/workspace';
import { chromium, type Page } from 'playwright-core';
import { sharedModel } from './models.js';
import { normals } from './noise.js';
import type { Table } from './table.js';
import { median, type TimeArgs } from './time.task.js';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const FLAGS = ['--headless=new', '--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
/** What a camera is asked for: see the page's `camera.ts`. */
const [WIDTH, HEIGHT] = [320, 240];
const FRAMES = 40;
const LOOK_MS = 6000;
const time = { module: new URL('./time.task.js', import.meta.url).href, export: 'timeSessions' };

interface LiveCase {
  readonly title: string;
  readonly file: string;
  readonly layer: string;
  readonly sizePx: number;
}

/** Frames a second on the page Live's server path, with what the time goes to: a loop without a browser, then Chromium with a fake camera. */
export async function benchLive(): Promise<Table[]> {
  const cases: readonly LiveCase[] = [
    { title: 'AlexNet of the emoji world', file: embeddedModel('emoji-alexnet')!.path, layer: 'conv5', sizePx: 64 },
    { title: 'SqueezeNet 1.1', file: sharedModel('squeezenet1_1.onnx'), layer: 'fire8', sizePx: 224 },
    { title: 'SqueezeNet 1.1', file: sharedModel('squeezenet1_1.onnx'), layer: 'fire2', sizePx: 224 },
    { title: 'Inception-v3 trunk', file: sharedModel('inception_v3_trunk.onnx'), layer: 'mixed_5', sizePx: 299 },
  ];
  const present = cases.filter(({ file }) => existsSync(file));
  const absent = [...new Set(cases.filter(({ file }) => !existsSync(file)).map(({ title }) => title))];
  if (absent.length > 0) process.stdout.write(`live: not here, so not timed: ${absent.join(', ')}\n\n`);
  const rows: string[][] = [];
  for (const one of present) {
    const forward = await forwardMs(one);
    const folder = await mkdtemp(join(tmpdir(), 'incognita-live-'));
    await copyFile(one.file, join(folder, basename(one.file)));
    const server = await serveWorkspace({ dir: folder, port: 0 });
    try {
      const query = new URLSearchParams({ network: basename(one.file), layer: one.layer });
      const name = `${one.title}, ${one.layer}, ${one.sizePx} px`;
      rows.push(row(name, 'no browser', await loop(server.url, query), forward));
      const seen = existsSync(CHROMIUM) ? await inBrowser(`${server.url}?page=live&method=none&${query}`) : null;
      if (seen) rows.push(row(name, 'Chromium', seen, forward));
    } finally {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    }
  }
  return [
    {
      title: 'Live: frames of a camera (320 × 240) through the server, one in flight; milliseconds a frame',
      header: [
        ...[
          'network, layer',
          'client',
          'frames / s',
          'a frame',
          'network',
          'resize',
          'packing',
          'waiting, transfer',
          'drawing',
          'processor',
        ],
        ...['bare forward pass', 'frame / forward'],
      ],
      rows,
    },
  ];
}

interface Seen {
  readonly fps: number;
  readonly network: number;
  readonly resize: number;
  readonly packing: number;
  readonly transfer: number;
  readonly drawing: number | null;
  /** Processor time of the server and of the client: of Chromium that of the page's main thread. */
  readonly processor: number;
}

function row(name: string, client: string, seen: Seen, forward: number): string[] {
  const { fps, network, resize, packing, transfer, drawing, processor } = seen;
  const parts = [network, resize, packing, transfer].map((ms) => ms.toFixed(1));
  const frame = 1000 / fps;
  return [
    ...[
      name,
      client,
      fps.toFixed(1),
      frame.toFixed(1),
      ...parts,
      drawing === null ? '–' : drawing.toFixed(1),
      processor.toFixed(1),
    ],
    ...[forward.toFixed(1), (frame / forward).toFixed(2)],
  ];
}

/** The least time of one run of the network up to the layer and its scores, in a worker with nothing around it. */
async function forwardMs({ file, layer, sizePx }: LiveCase): Promise<number> {
  const source = await loadModelSource(file);
  const { model } = source;
  const outputs = [...new Set([findLayer(model, layer).tensor, model.graph.outputs[0]!.name])];
  const data = normals(1, 3 * sizePx * sizePx);
  const feeds = { [imageInput(model).name]: { dtype: 'float32' as const, dims: [1, 3, sizePx, sizePx], data } };
  const pool = new WorkerPool({ workers: 1 });
  const sessions = [{ source: sessionSource(source, cut(model, { outputs })), feeds }];
  const [ms] = await pool.run<TimeArgs, number[]>(time, { sessions, rounds: 40 });
  await pool.dispose();
  return ms!;
}

/** Frames as the page sends them, each when the answer to the one before is there. */
async function loop(url: string, query: URLSearchParams): Promise<Seen> {
  const size = new URLSearchParams({ width: `${WIDTH}`, height: `${HEIGHT}`, channels: '4' });
  const body = Uint8Array.from({ length: WIDTH * HEIGHT * 4 }, (_, i) => (i * 31) & 255);
  let used = process.cpuUsage();
  const taken: { readonly whole: number; readonly ms: LiveFrameFacts['ms'] }[] = [];
  for (let n = -5; n < FRAMES; n++) {
    if (n === 0) used = process.cpuUsage();
    const start = performance.now();
    const response = await fetch(`${url}api/live/frame?${query}&${size}`, {
      method: 'POST',
      headers: { Origin: url.slice(0, -1) },
      body,
    });
    if (!response.ok) throw new Error(await response.text());
    const { metadata } = decodeSafetensors(new Uint8Array(await response.arrayBuffer()));
    const whole = performance.now() - start;
    if (n >= 0) taken.push({ whole, ms: (JSON.parse(metadata.facts!) as LiveFrameFacts).ms });
  }
  const { user, system } = process.cpuUsage(used);
  const middle = (of: (one: (typeof taken)[number]) => number): number => median(taken.map(of));
  return {
    fps: 1000 / middle(({ whole }) => whole),
    network: middle(({ ms }) => ms.run),
    resize: middle(({ ms }) => ms.decode + ms.prepare),
    packing: middle(({ ms }) => ms.pack),
    transfer: middle(({ whole, ms }) => whole - ms.run - ms.decode - ms.prepare - ms.pack),
    drawing: null,
    processor: (user + system) / 1000 / FRAMES,
  };
}

/** What the page itself says, with a fake camera: the middle of what it shows during some seconds. */
async function inBrowser(url: string): Promise<Seen> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(url);
    await page.locator('.maps canvas').waitFor();
    await page.keyboard.press('c');
    await page.getByText(/frames a second/).waitFor();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    const pageMs = async (): Promise<number> => {
      const { metrics } = await devtools.send('Performance.getMetrics');
      return 1000 * metrics.find(({ name }) => name === 'TaskDuration')!.value;
    };
    const lines: number[][] = [];
    const [pageBefore, used, start] = [await pageMs(), process.cpuUsage(), performance.now()];
    const end = start + LOOK_MS;
    while (performance.now() < end) {
      await page.waitForTimeout(200);
      lines.push(numbersOf(await lineOf(page)));
    }
    const middle = (at: number): number => median(lines.filter((line) => line.length === 6).map((line) => line[at]!));
    const [fps, network, resize, packing, transfer, drawing] = [0, 1, 2, 3, 4, 5].map(middle) as [
      ...[number, number, number, number, number, number],
    ];
    const frames = (fps * (performance.now() - start)) / 1000;
    const { user, system } = process.cpuUsage(used);
    const processor = ((user + system) / 1000 + (await pageMs()) - pageBefore) / frames;
    return { fps, network, resize, packing, transfer, drawing, processor };
  } finally {
    await browser.close();
  }
}

async function lineOf(page: Page): Promise<string> {
  return (await page.locator('.engine-line').textContent()) ?? '';
}

/** `24.0 frames a second. Last frame, ms: network 9.1, resize 4.0, …` */
function numbersOf(line: string): number[] {
  return [...line.matchAll(/\d+(\.\d+)?/g)].map(([text]) => Number(text));
}
