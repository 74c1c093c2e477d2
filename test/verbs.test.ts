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

describe('incognita gradient without --in', () => {
  const write = async (name: string, args: readonly string[]) => {
    const out = join(folder, name);
    const done = await incognita(['gradient', model, ...args, '--out', out, '--json']);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    return { out, facts: JSON.parse(done.stdout) };
  };
  const image = { shape: [1, 3, sizePx, sizePx], data: noise(2, 3 * sizePx * sizePx) };
  const cotangent = { shape: [1, 9], data: noise(3, 9) };

  it('writes the graph of the gradient of the class scores by the picture, which then runs as any model does', async () => {
    const { out, facts } = await write('gradient.onnx', []);
    const logits = 'logits';
    expect(facts.inputs.map((text: string) => text.split(' ')[0])).toEqual(['image', expect.stringContaining('cotangent:')]);
    expect(facts.outputs).toEqual([expect.stringMatching(/^grad:image float32/)]);
    const [input, given, expected] = ['graph.st', 'given.st', 'expected.st'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const seed = facts.inputs[1].split(' ')[0];
    await writeFile(input, encodeSafetensors({ image, [seed]: cotangent }));
    expect(await incognita(['run', out, '--in', input, '--out', given])).toMatchObject({ code: 0, stderr: '' });
    await writeFile(input, encodeSafetensors({ image, cotangent }));
    expect(await incognita(['gradient', model, '--of', logits, '--in', input, '--out', expected])).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect((await tensors(given)).get('grad:image')!.data).toEqual((await tensors(expected)).get('image')!.data);
  });

  it('takes layers, rule sets, sizes, seeds and forms, and forward mode', async () => {
    const guided = await write('guided.onnx', [
      '--of',
      'block3',
      '--wrt',
      'block1',
      '--rules',
      'guided',
      '--seed',
      'ones',
      '--form',
      'portable',
    ]);
    expect(guided.facts.inputs).toHaveLength(1);
    expect(guided.facts.outputs[0]).toMatch(/^grad:block1 /);
    const relevance = await write('relevance.onnx', [
      '--rules',
      'lrp:gamma',
      '--shape',
      `image=2,3,${sizePx},${sizePx}`,
      '--keep',
      'block2',
    ]);
    expect(relevance.facts.outputs).toEqual([
      expect.stringMatching(/^relevance:image float32\[2, 3/),
      expect.stringMatching(/^block2 /),
    ]);
    const both = await write('both.onnx', ['--rules', 'redirectedRelu', '--rules', '{"name":"smoothMaxPool","mode":"avg"}']);
    expect(both.facts.outputs[0]).toMatch(/^grad:image/);
    const forward = await write('forward.onnx', ['--forward', '--wrt', 'block2']);
    expect(forward.facts.inputs[1]).toMatch(/^tangent:block2 /);
  });

  it('leaves the weights in the model file on demand', async () => {
    const whole = await write('whole.onnx', []);
    const { out, facts } = await write('thin.onnx', ['--external']);
    expect(facts.bytes).toBeLessThan(whole.facts.bytes - 15_000);
    const [input, a, b] = ['thin.st', 'thinOut.st', 'wholeOut.st'].map((name) => join(folder, name)) as [string, string, string];
    await writeFile(input, encodeSafetensors({ image, [facts.inputs[1].split(' ')[0]]: cotangent }));
    expect(await incognita(['run', out, '--in', input, '--out', a])).toMatchObject({ code: 0, stderr: '' });
    await incognita(['run', whole.out, '--in', input, '--out', b]);
    expect((await tensors(a)).get('grad:image')!.data).toEqual((await tensors(b)).get('grad:image')!.data);
    const elsewhere = await incognita(['gradient', model, '--external', '--out', join(tmpdir(), 'thin.onnx')]);
    expect(elsewhere).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/only beside the gradient: write it as .*gradient\.onnx/),
    });
  });

  it('says what is wrong, and then leaves the file as it was', async () => {
    const out = join(folder, 'kept.onnx');
    await writeFile(out, 'before');
    const fails = async (args: readonly string[], message: RegExp) => {
      const { code, stderr } = await incognita(['gradient', model, '--out', out, ...args]);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(message) });
      expect(stderr).not.toMatch(/\n\s+at /);
    };
    await fails(['--of', 'blok3'], /no tensor or layer "blok3"; the nearest are .*block3/);
    await fails(['--of', 'block1', '--wrt', 'block3'], /"block1" does not depend on "block3"/);
    await fails(['--rules', 'guidd'], /no rule set guidd; there are exact, guided/);
    await fails(['--rules', 'lrp:epsilonGammaBox'], /needs `low` and `high`/);
    await fails(['--rules', 'guided', '--rules', 'deconvnet'], /both have a rule for Relu/);
    await fails(['--rules', 'guided:x'], /guided has no variants/);
    await fails(['--forward', '--rules', 'guided'], /not --forward/);
    await fails(['--shape', 'picture=1,3,8,8'], /names no input: "picture" \(inputs: image\)/);
    await fails(['--shape', 'image'], /image=n,3,96,96/);
    await fails(['--form', 'gpu'], /cpu, portable/);
    await fails(['--in', out, '--forward'], /--forward is for writing/);
    expect(await readFile(out, 'utf8')).toBe('before');
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
