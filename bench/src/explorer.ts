import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildMicroscope } from '@incognita/atlas';
import { GraphBuilder, write } from '@incognita/onnx';
import { WorkerPool } from '@incognita/runtime';
import { exportExplorer, serveWorkspace } from '@incognita/server';
import { encodePng } from '@incognita/vision';
import { createWorkspace } from '@incognita/workspace';
import { type CDPSession, chromium } from 'playwright-core';
import { normals } from './noise.js';
import { perFrame, type TraceEvent } from './scriptTime.js';
import type { Table } from './table.js';

const CHANNELS = 2048;
const PICTURES = 32;
const SIDE_PX = 64;
/** Turns of the wheel, so far each, so often. */
const [TURNS, TURN_PX, EVERY_MS] = [240, 100, 16];
const BROWSER = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const FLAGS = ['--headless=new', '--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
const CATEGORIES = 'devtools.timeline,disabled-by-default-devtools.timeline,v8,toplevel';

/** Our own script a frame while the page Microscope pans over all channels of a wide layer, by the browser's tracing. */
export async function benchExplorer(): Promise<Table[]> {
  if (!existsSync(BROWSER)) return [];
  const folder = await mkdtemp(join(tmpdir(), 'incognita-bench-'));
  try {
    const dir = await wideWorkspace(folder);
    const server = await serveWorkspace({ dir, port: 0 });
    const browser = await chromium.launch({ executablePath: BROWSER, args: FLAGS });
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await page.goto(`${server.url}?page=microscope&layer=wide`);
      await page.locator('[role=gridcell]').first().waitFor();
      const { x, y, width, height } = (await page.locator('.channels').boundingBox())!;
      const session = await page.context().newCDPSession(page);
      const at = { x: x + width / 2, y: y + height / 2 };
      // There and back, once before it counts, as code is compiled when it first runs.
      await pan(session, at, 1);
      await pan(session, at, -1);
      const events = await traced(session, () => pan(session, at, 1));
      const scrolled = await page.locator('.channels').evaluate((element) => element.scrollTop);
      const frames = perFrame(events);
      const sorted = [...frames].sort((a, b) => a - b);
      const share = (part: number) => (sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0).toFixed(2);
      const mean = frames.reduce((a, b) => a + b, 0) / frames.length;
      return [
        {
          title: `Panning over ${CHANNELS.toLocaleString('en')} channels (our own script a frame, milliseconds of the processor; ${Math.round(scrolled).toLocaleString('en')} pixels in ${frames.length} frames)`,
          header: ['', 'ms'],
          rows: [
            ['mean', mean.toFixed(2)],
            ['95 of 100 frames are below', share(0.95)],
            ['99 of 100 frames are below', share(0.99)],
            ['longest', share(1)],
          ],
        },
      ];
    } finally {
      await browser.close();
      await server.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A workspace with one layer of many channels, made from a network of random weights and pictures of noise. */
async function wideWorkspace(folder: string): Promise<string> {
  const b = new GraphBuilder();
  const image = b.input('image', 'float32', ['n', 3, SIDE_PX, SIDE_PX]);
  const conv = (x: string, name: string, dims: readonly [number, number, number, number], stride: number): string => {
    const size = dims.reduce((a, c) => a * c, 1);
    const weights = b.f32(
      normals(name.length, size).map((value) => value / Math.sqrt(size / dims[0])),
      dims,
    );
    const strides = [stride, stride];
    return b.op('Relu', [b.op('Conv', [x, weights], { kernel_shape: dims.slice(2), strides }, { output: name })]);
  };
  const first = conv(image, 'first', [24, 3, 7, 7], 4);
  b.output(conv(first, 'wide', [CHANNELS, 24, 3, 3], 2), 'float32', null, 'features');
  const modelPath = join(folder, 'wide.onnx');
  await writeFile(modelPath, write(b.model()));
  const picturesDir = join(folder, 'pictures');
  await mkdir(picturesDir);
  for (let i = 0; i < PICTURES; i++) {
    const data = Uint8Array.from(normals(i + 1, SIDE_PX * SIDE_PX * 3), (value) => 128 + 50 * value);
    await writeFile(join(picturesDir, `${i}.png`), await encodePng({ width: SIDE_PX, height: SIDE_PX, data }));
  }
  const dir = join(folder, 'workspace');
  const workspace = await createWorkspace(dir);
  const pool = new WorkerPool({ workers: 2 });
  await exportExplorer(workspace);
  await buildMicroscope({ modelPath, picturesDir, images: 'none' }, { workspace, pool });
  await pool.dispose();
  await workspace.close();
  return dir;
}

/** Turns the wheel as a user would: events come from the browser, no script of the page takes part. */
async function pan(session: CDPSession, at: { x: number; y: number }, direction: 1 | -1): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) {
    await session.send('Input.dispatchMouseEvent', { type: 'mouseWheel', ...at, deltaX: 0, deltaY: direction * TURN_PX });
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

async function traced(session: CDPSession, act: () => Promise<void>): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => void events.push(...(value as unknown as TraceEvent[])));
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: CATEGORIES.split(',') },
  });
  await act();
  await session.send('Tracing.end');
  await complete;
  return events;
}
