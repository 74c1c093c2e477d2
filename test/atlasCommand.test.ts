import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { workspaceManifestSchema } from '../packages/workspace/dist/schema/index.js';
import { incognita } from './command.ts';
import { drawPictures } from './e2e/pictures.ts';
import { snapshot } from './snapshot.ts';
import { writeTinyNet } from './tinyNet.ts';

const sizePx = 32;
let folder: string;
let model: string;
let pictures: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita atlas '));
  model = join(folder, 'tiny net.onnx');
  pictures = join(folder, 'my pictures');
  await writeTinyNet(model, sizePx);
  await drawPictures({ dir: pictures, perLabel: 4, sizePx: 48, seed: 1 });
});
afterAll(() => rm(folder, { recursive: true }));

const quick = ['--layer', 'conv3', '--grid', '3', '--grid', '6', '--activations', '400', '--steps', '4', '--seed', '5'];

describe('incognita atlas', () => {
  it('makes a complete workspace in a folder with spaces, twice the same', async () => {
    const outs = ['first run', 'second run'].map((name) => join(folder, name));
    for (const out of outs) {
      const { code, stdout, stderr } = await incognita(['atlas', model, pictures, ...quick, '--out', out, '--json']);
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      expect(stderr).toMatch(/estimate {3}/);
      const result = JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
      expect(result).toMatchObject({ workspace: out, seed: 5, layers: [{ layer: 'conv3' }] });
      const [layer] = result.layers;
      expect(layer.activations).toBeGreaterThanOrEqual(400);
      expect(layer.icons).toBe(layer.cells);
      expect(Object.keys(layer.seconds)).toEqual(['collect', 'layout', 'patches', 'icons']);
    }
    const [first, second] = await Promise.all(outs.map(snapshot));
    expect(second).toEqual(first);
    const manifest = workspaceManifestSchema.parse(JSON.parse(await readFile(join(outs[0]!, 'incognita.json'), 'utf8')));
    expect(manifest).toMatchObject({ complete: true, progress: null, seed: 5 });
    expect(new Set(manifest.dataset.pictures.map(({ label }) => label)).size).toBe(9);
    expect(manifest.layers[0]!.grids.map(({ size }) => size)).toEqual([3, 6]);
  });

  it('does not repeat finished work when it is run again', async () => {
    const out = join(folder, 'first run');
    const before = (await readFile(join(out, 'run.jsonl'), 'utf8')).length;
    const { code, stdout } = await incognita(['atlas', model, pictures, ...quick, '--out', out, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1)!).layers[0].icons).toBeGreaterThan(0);
    const log = (await readFile(join(out, 'run.jsonl'), 'utf8')).slice(before);
    expect(log).not.toMatch(/"event":"stage-start"/);
  });

  it('stops at Ctrl-C with a word on how to go on, and goes on', async () => {
    const out = join(folder, 'interrupted');
    const args = ['atlas', model, pictures, ...quick, '--out', out];
    const stopped = await incognita(args, { interruptAt: 'estimate' });
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toMatch(/the same command goes on from here/);
    expect((await incognita(args)).code).toBe(0);
    expect(await snapshot(out)).toEqual(await snapshot(join(folder, 'first run')));
  });

  it('serves the explorer with --open until Ctrl-C', async () => {
    const args = ['atlas', model, pictures, ...quick, '--out', join(folder, 'first run'), '--open', '--no-browser'];
    const { code, stderr } = await incognita(args, { interruptAt: 'Press Ctrl-C to stop the explorer' });
    expect(stderr).toMatch(/The explorer is at http:\/\/127\.0\.0\.1:\d+\//);
    expect(code).toBe(0);
  });

  it('chooses three layers when none is named, and says so', async () => {
    const { code, stderr } = await incognita([
      'atlas',
      model,
      pictures,
      '--icons',
      'none',
      '--activations',
      '300',
      '--out',
      join(folder, 'chosen'),
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/layers conv1, conv2, conv3/);
    expect(stderr).toMatch(/no --layer was given/);
    expect(stderr).toMatch(/ASSUMPTION/);
  });

  it('takes a model that insists on its batch and size, and layers without positions', async () => {
    const fixed = fileURLToPath(new URL('../packages/autodiff/fixtures/alexnet_like.dynamo.onnx', import.meta.url));
    const layers = [
      '--layer',
      'conv3',
      '--layer',
      'dense1',
      '--grid',
      '3',
      '--activations',
      '200',
      '--icons',
      '2',
      '--steps',
      '2',
    ];
    const { code, stdout, stderr } = await incognita([
      'atlas',
      fixed,
      pictures,
      ...layers,
      '--out',
      join(folder, 'fixed'),
      '--json',
    ]);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/insists on batches of 2/);
    const result = JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
    expect(result.layers).toMatchObject([
      { layer: 'conv3', icons: 2 },
      { layer: 'dense1', activations: 36, icons: 2 },
    ]);
  });

  it('says so when there is too little for a map', async () => {
    const few = join(folder, 'few');
    await cp(join(pictures, 'red circle'), few, { recursive: true });
    const { code, stderr } = await incognita(['atlas', model, few, '--layer', 'dense1', '--out', join(folder, 'too few')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/gave 4 activations; a map needs at least 10/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('skips pictures that it cannot use, and lists them at the end', async () => {
    const odd = join(folder, 'odd');
    await cp(pictures, join(odd, 'good'), { recursive: true });
    const base = sharp({ create: { width: 60, height: 40, channels: 3, background: '#3a7' } });
    await writeFile(join(odd, 'empty.png'), '');
    await writeFile(join(odd, 'text.jpg'), 'this is no picture');
    const whole = await base.clone().jpeg().toBuffer();
    await writeFile(join(odd, 'cut.jpg'), whole.subarray(0, 200));
    await writeFile(
      join(odd, 'huge.jpg'),
      await sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: '#fff' } })
        .jpeg()
        .toBuffer(),
    );
    await writeFile(join(odd, 'sixteen.png'), await base.clone().toColourspace('rgb16').png().toBuffer());
    await writeFile(join(odd, 'cmyk.jpg'), await base.clone().toColourspace('cmyk').jpeg().toBuffer());
    await writeFile(join(odd, 'grey.png'), await base.clone().greyscale().png().toBuffer());
    await writeFile(join(odd, 'clear.png'), await base.clone().ensureAlpha(0.3).png().toBuffer());
    await writeFile(
      join(odd, 'moving.gif'),
      await sharp([await base.clone().png().toBuffer(), await base.clone().negate().png().toBuffer()], {
        join: { animated: true },
      })
        .gif()
        .toBuffer(),
    );
    const out = join(folder, 'odd atlas');
    const { code, stderr } = await incognita([
      'atlas',
      model,
      odd,
      '--layer',
      'block3',
      '--icons',
      'none',
      '--activations',
      '300',
      '--out',
      out,
    ]);
    expect(code).toBe(0);
    const skipped = stderr.split('\n').filter((line) => line.startsWith('skipped '));
    expect(skipped.map((line) => line.slice(8).split(':')[0]).sort()).toEqual(['cut.jpg', 'empty.png', 'huge.jpg', 'text.jpg']);
    expect(skipped.find((line) => line.includes('huge'))).toMatch(/100 megapixels/);
    const { dataset } = JSON.parse(await readFile(join(out, 'incognita.json'), 'utf8'));
    expect(dataset.skipped).toHaveLength(4);
    expect(dataset.pictures).toHaveLength(36 + 5);
  });
});

describe('a full disk', () => {
  it('ends the run with the reason, and the run goes on when there is room again', async (context) => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    // Room for most of what the undisturbed run wrote, in the pages that a file system in memory counts.
    const kilobytes = Math.floor(
      Number(execFileSync('du', ['-sk', join(folder, 'first run')], { encoding: 'utf8' }).split('\t')[0]) * 0.8,
    );
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      return context.skip('this user may not mount a file system');
    }
    onTestFinished(() => void execFileSync('umount', [disk]));
    const out = join(disk, 'atlas');
    const args = ['atlas', model, pictures, ...quick, '--out', out];
    const { code, stderr } = await incognita(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no space|is full/i);
    expect(stderr).not.toMatch(/\n\s+at /);
    execFileSync('mount', ['-o', 'remount,size=40m', disk]);
    expect((await incognita(args)).code).toBe(0);
    expect(await snapshot(out)).toEqual(await snapshot(join(folder, 'first run')));
  });
});

describe('WebAssembly', () => {
  it('makes the same map where the native engine is missing', async () => {
    const out = join(folder, 'wasm');
    const args = ['atlas', model, pictures, ...quick, '--icons', '2', '--out', out, '--json'];
    const { code, stdout, stderr } = await incognita(args, { env: { INCOGNITA_ENGINE: 'wasm' } });
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1)!).layers[0]).toMatchObject({ layer: 'conv3', icons: 4 });
  });
});

describe('bad input', () => {
  async function refused(args: readonly string[], message: RegExp): Promise<void> {
    const { code, stderr } = await incognita(['atlas', ...args, '--out', join(folder, 'never')]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at |fault of incognita/);
    expect(code).toBe(1);
  }

  it('is refused with a clear message: files that are no model', async () => {
    const broken = join(folder, 'broken.onnx');
    await writeFile(broken, await readFile(model));
    await truncate(broken, 9000);
    await refused([broken, pictures], /truncated|cut off|ends/i);
    await writeFile(broken, 'version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12\n');
    await refused([broken, pictures], /LFS|not an ONNX/i);
    await refused([join(folder, 'absent.onnx'), pictures], /absent\.onnx/);
  });

  it('is refused with a clear message: a layer that does not exist, with the nearest names', async () => {
    await refused([model, pictures, '--layer', 'convv3'], /convv3.*conv3/s);
  });

  it('is refused with a clear message: folders without pictures', async () => {
    const texts = join(folder, 'texts');
    await mkdir(texts, { recursive: true });
    await refused([model, texts], /empty|no picture/i);
    await writeFile(join(texts, 'a.txt'), 'a');
    await refused([model, texts], /\.txt/);
    await refused([model, join(folder, 'nowhere')], /nowhere/);
  });

  it('is refused with a clear message: a model whose input is not a picture', async () => {
    const { GraphBuilder, write } = await import('../packages/onnx/dist/index.js');
    const b = new GraphBuilder();
    b.output(b.op('Relu', [b.input('tokens', 'float32', ['n', 12])]), 'float32', ['n', 12], 'y');
    const path = join(folder, 'vector.onnx');
    await writeFile(path, write(b.model()));
    await refused([path, pictures], /image|picture/i);
  });

  it('is refused with a clear message: missing external data', async () => {
    const { read, write } = await import('../packages/onnx/dist/index.js');
    const edited = write(read(await readFile(model)), { external: { location: 'weights.bin' } });
    const path = join(folder, 'external.onnx');
    await writeFile(path, edited);
    await refused([path, pictures], /weights\.bin/);
  });

  it('is refused with a clear message: a workspace of a newer version, or a folder that is none', async () => {
    const newer = join(folder, 'newer');
    await cp(join(folder, 'first run'), newer, { recursive: true });
    const manifest = JSON.parse(await readFile(join(newer, 'incognita.json'), 'utf8'));
    await writeFile(join(newer, 'incognita.json'), JSON.stringify({ ...manifest, version: 99 }));
    for (const args of [
      ['open', newer, '--no-browser'],
      ['atlas', model, pictures, '--out', newer],
    ]) {
      const { code, stderr } = await incognita(args);
      expect(code).toBe(1);
      expect(stderr).toMatch(/version 99|newer/i);
    }
    const foreign = await incognita(['atlas', model, pictures, '--out', pictures]);
    expect(foreign.code).toBe(1);
    expect(foreign.stderr).toMatch(/not.*workspace|other files/i);
    expect((await readdir(pictures)).length).toBe(9);
  });

  it('is refused with a clear message: a port in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((ready) => server.once('listening', ready));
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await incognita(['open', join(folder, 'first run'), '--no-browser', '--port', String(port)]);
    server.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`${port}.*in use`));
  });
});
