import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../packages/workspace/dist/index.js';
import { incognita } from './command.ts';
import { randomFrom } from './e2e/random.ts';
import { writeTinyNet } from './tinyNet.ts';

const sizePx = 16;
let folder: string;
let model: string;

/** Numbers in −1…1. */
function noise(seed: number, count: number): Float32Array {
  const random = randomFrom(seed);
  return Float32Array.from({ length: count }, () => random() * 2 - 1);
}

async function tensors(path: string) {
  return decodeSafetensors(await readFile(path)).tensors;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita verbs '));
  model = join(folder, 'tiny net.onnx');
  await writeTinyNet(model, sizePx);
});
afterAll(() => rm(folder, { recursive: true }));

describe('incognita run and gradient', () => {
  it('reads any tensor of the graph, by its name or the name of its layer', async () => {
    const [input, output] = [join(folder, 'in.safetensors'), join(folder, 'out.safetensors')];
    await writeFile(
      input,
      encodeSafetensors({ image: { shape: [2, 3, sizePx, sizePx], data: noise(1, 2 * 3 * sizePx * sizePx) } }),
    );
    const { code, stderr } = await incognita(['run', model, '--in', input, '--tap', 'block2', '--out', output]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const found = await tensors(output);
    expect([...found.keys()].sort()).toEqual(['block2', 'logits']);
    expect(found.get('block2')!.shape).toEqual([2, 16, 8, 8]);
  });

  it('gives the gradient that finite differences of the forward pass give', async () => {
    const image = noise(2, 3 * sizePx * sizePx);
    const cotangent = noise(3, 9);
    const direction = noise(4, image.length);
    const files = Object.fromEntries(
      ['in', 'grad', 'up', 'down', 'outUp', 'outDown'].map((name) => [name, join(folder, `${name}.st`)]),
    );
    const shape = [1, 3, sizePx, sizePx];
    await writeFile(
      files.in!,
      encodeSafetensors({ image: { shape, data: image }, cotangent: { shape: [1, 9], data: cotangent } }),
    );
    const { code, stderr } = await incognita([
      'gradient',
      model,
      '--of',
      'logits',
      '--wrt',
      'image',
      '--in',
      files.in!,
      '--out',
      files.grad!,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const gradient = (await tensors(files.grad!)).get('image')!;
    expect(gradient.shape).toEqual(shape);
    const step = 1e-3;
    const score = async (sign: number, from: string, to: string): Promise<number> => {
      const moved = image.map((value, i) => value + sign * step * direction[i]!);
      await writeFile(from, encodeSafetensors({ image: { shape, data: moved } }));
      await incognita(['run', model, '--in', from, '--out', to]);
      const logits = (await tensors(to)).get('logits')!.data as Float32Array;
      return logits.reduce((sum, value, i) => sum + value * cotangent[i]!, 0);
    };
    const numeric = ((await score(1, files.up!, files.outUp!)) - (await score(-1, files.down!, files.outDown!))) / (2 * step);
    const exact = (gradient.data as Float32Array).reduce((sum, value, i) => sum + value * direction[i]!, 0);
    expect(Math.abs(exact - numeric) / Math.abs(numeric)).toBeLessThan(5e-3);
  });

  it('says what is wrong with names, shapes and files', async () => {
    const input = join(folder, 'bad.st');
    await writeFile(input, encodeSafetensors({ image: { shape: [1, 3, 5, 5], data: noise(1, 75) } }));
    const out = join(folder, 'never.st');
    const shape = await incognita(['run', model, '--in', input, '--out', out]);
    expect(shape.code).toBe(1);
    expect(shape.stderr).toMatch(/axis 2 must be 16, not 5/);
    const name = await incognita(['run', model, '--in', input, '--tap', 'blok2', '--out', out]);
    expect(name.stderr).toMatch(/block2/);
    const missing = await incognita(['run', model, '--in', join(folder, 'nothing.st'), '--out', out]);
    expect(missing.stderr).toMatch(/cannot read .*nothing\.st/);
    await writeFile(input, 'plain text');
    const text = await incognita(['run', model, '--in', input, '--out', out]);
    expect(text.stderr).toMatch(/not a safetensors file/);
    for (const { code, stderr } of [name, missing, text]) {
      expect(code).toBe(1);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });
});

describe('incognita inspect', () => {
  it('prints layers, shapes, parameters and missing rules, for people and as JSON', async () => {
    const plain = await incognita(['inspect', model]);
    expect(plain).toMatchObject({ code: 0, stderr: '' });
    expect(plain.stdout).toMatch(/5,040 parameters/);
    expect(plain.stdout).toMatch(/gradients +pass every operator/);
    const { layers, parameters, withoutGradient, classes } = JSON.parse((await incognita(['inspect', model, '--json'])).stdout);
    expect(parameters).toBe(8 * 27 + 16 * 72 + 24 * 144 + 9 * 24);
    expect(layers.map((layer: { channels: number }) => layer.channels)).toEqual(expect.arrayContaining([8, 16, 24]));
    expect(withoutGradient).toEqual([]);
    expect(classes.classes).toBe(9);
  });

  it('tells a truncated model, a picture and an empty file from an ONNX file', async () => {
    const broken = join(folder, 'broken.onnx');
    await writeFile(broken, await readFile(model));
    await truncate(broken, 9000);
    const truncated = await incognita(['inspect', broken]);
    expect(truncated.code).toBe(1);
    expect(truncated.stderr).toMatch(/truncated|cut off|ends/i);
    await writeFile(broken, Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4));
    expect((await incognita(['inspect', broken])).stderr).toMatch(/JPEG|not an ONNX/i);
    await writeFile(broken, '');
    expect((await incognita(['inspect', broken])).stderr).toMatch(/empty/i);
    const absent = await incognita(['inspect', join(folder, 'absent.onnx')]);
    expect(absent.stderr).toMatch(/cannot read .*absent\.onnx/);
    expect(absent.code).toBe(1);
  });
});

describe('incognita doctor', () => {
  it('says which engine runs and why', async () => {
    const { code, stdout } = await incognita(['doctor', '--json']);
    expect(code).toBe(0);
    const { engines } = JSON.parse(stdout);
    expect(engines.filter((engine: { chosen: boolean }) => engine.chosen)).toHaveLength(1);
    expect(engines.every((engine: { reason: string }) => engine.reason.length > 10)).toBe(true);
  });

  it('follows INCOGNITA_ENGINE to WebAssembly', async () => {
    const { stdout } = await incognita(['doctor', '--json'], { env: { INCOGNITA_ENGINE: 'wasm' } });
    expect(JSON.parse(stdout).engines.find((engine: { chosen: boolean }) => engine.chosen).name).toBe('wasm');
  });
});

describe('the command line', () => {
  it('explains itself and refuses what it does not know', async () => {
    const help = await incognita(['--help']);
    for (const verb of ['atlas', 'open', 'inspect', 'run', 'gradient', 'doctor']) expect(help.stdout).toContain(verb);
    const unknown = await incognita(['atlsa']);
    expect(unknown.code).not.toBe(0);
    expect(unknown.stderr).toMatch(/atlas/);
    const seed = await incognita(['atlas', model, folder, '--seed', 'x']);
    expect(seed.code).not.toBe(0);
    expect(seed.stderr).toMatch(/whole number/);
  });
});
