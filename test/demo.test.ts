import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkspaceManifest } from '../packages/workspace/dist/index.js';

const command = new URL('../packages/cli/dist/commands/demo.js', import.meta.url).href;
/** The real command with few drawings and a small map. */
const script = `
import { demoCommand } from ${JSON.stringify(command)};
import { PRESETS } from ${JSON.stringify(new URL('../packages/atlas/dist/index.js', import.meta.url).href)};
const preset = { ...PRESETS.incognita, name: 'tiny', icon: { ...PRESETS.incognita.icon, steps: 6, warmSteps: 3 } };
const choose = (world) => world.drawings.flatMap((_, i) => (i % 150 === 0 ? [i] : []));
const atlas = { layer: ['conv5'], grid: [3, 6], activations: 300, icons: 6, preset, maxMegapixels: 50, seed: 1 };
const microscope = { layer: ['conv4', 'conv5'], images: 1, negative: 'none', diverse: 1, steps: 4, maxMegapixels: 50, seed: 1 };
const options = JSON.parse(process.argv[1]);
await demoCommand({ browser: false, json: true, workers: 1, ...options }, { choose, atlas, microscope, first: { images: 1, negative: 'none', diverse: 'none' } });
`;

const MANIFEST = 'incognita.json';

const children: ChildProcessWithoutNullStreams[] = [];
let folder: string;
let out: string;

interface Demo {
  readonly child: ChildProcessWithoutNullStreams;
  readonly text: () => string;
  /** Resolves with the code when the process has ended. */
  readonly ended: Promise<number | null>;
  /** Resolves when its output holds this text. */
  readonly says: (text: string) => Promise<void>;
}

function demo(options: object = {}): Demo {
  const args = ['--input-type=module', '-e', script, '--', JSON.stringify({ out, ...options })];
  const child = spawn(process.execPath, args, { env: { ...process.env, INCOGNITA_CACHE: join(folder, 'cache') } });
  children.push(child);
  let text = '';
  const waiting: (() => void)[] = [];
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
      for (const check of waiting) check();
    });
  const says = (wanted: string) =>
    new Promise<void>((resolve, reject) => {
      const check = (): void => void (text.includes(wanted) && resolve());
      waiting.push(check);
      check();
      void ended.then(() => reject(new Error(`ended without "${wanted}": ${text}`)));
    });
  return { child, text: () => text, ended, says };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita demo '));
  out = join(folder, 'the demo');
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

describe('incognita demo', { timeout: 180_000 }, () => {
  it('stops on Ctrl-C, and the same command goes on, shows itself meanwhile and finishes', async () => {
    const first = demo();
    await first.says('drawing emoji');
    first.child.kill('SIGINT');
    expect(await first.ended).not.toBe(0);
    expect(first.text()).toContain('the same command goes on from here');

    const second = demo();
    await second.says('The explorer is at');
    const url = /The explorer is at (\S+)/.exec(second.text())![1]!;
    const manifest = (await (await fetch(new URL(MANIFEST, url))).json()) as { model: { name: string } };
    expect(manifest.model.name).toBe('emoji-alexnet');
    await second.says('"layers"');
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);
  });

  it('opens at once where it is finished, on another port where its own is busy, and says where', async () => {
    const again = demo();
    const started = performance.now();
    await again.says('"url"');
    expect(again.text()).not.toContain('pictures:');
    expect(performance.now() - started).toBeLessThan(15_000);
    const { url } = JSON.parse(again.text().trim().split('\n').at(-1)!) as { url: string };
    expect((await fetch(url)).status).toBe(200);
    const beside = demo();
    await beside.says('"url"');
    expect(JSON.parse(beside.text().trim().split('\n').at(-1)!).url).not.toBe(url);
    for (const { child, ended } of [again, beside]) {
      child.kill('SIGINT');
      expect(await ended).toBe(0);
    }
  });

  it('refuses a port that was asked for and is busy, before any work', async () => {
    const server: Server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const never = join(folder, 'never made');
    for (const options of [{ port }, { port, out: never }]) {
      const busy = demo(options);
      expect(await busy.ended).not.toBe(0);
      expect(busy.text()).toContain(`Port ${port} is in use by another program`);
    }
    expect(existsSync(never)).toBe(false);
    server.close();
  });

  it('goes over what another version has left, instead of opening it', async () => {
    const path = join(out, MANIFEST);
    const old = JSON.parse(await readFile(path, 'utf8')) as { generator: string };
    await writeFile(path, JSON.stringify({ ...old, generator: 'incognita 0.0.0' }));
    const anew = demo();
    await anew.says('"layers"');
    anew.child.kill('SIGINT');
    expect(await anew.ended).toBe(0);
    const manifest = JSON.parse(await readFile(path, 'utf8')) as WorkspaceManifest;
    expect(manifest).toMatchObject({ complete: true, generator: old.generator });
    const conv5 = manifest.microscope!.layers.find(({ layer }) => layer === 'conv5')!;
    expect(conv5.images.map(({ kind }) => kind)).toEqual(['positive', 'diverse']);
  });
});
