import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { incognita } from './command.ts';
import { drawPictures } from './e2e/pictures.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita-own-'));
  const photos = join(folder, 'photos');
  await mkdir(photos);
  await drawPictures({ dir: join(folder, 'kinds'), perLabel: 3, sizePx: 64, seed: 1 });
  for (const file of await readdir(join(folder, 'kinds'), { recursive: true }))
    if (/\.(png|jpg|webp)$/.test(file)) await copyFile(join(folder, 'kinds', file), join(photos, file.replaceAll(/[\\/]/g, '-')));
  const [first] = await readdir(photos);
  await copyFile(join(photos, first!), join(folder, 'photo.jpg'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What makes a command of a guide short enough for a test; what it shows is the same. */
const QUICK: Readonly<Record<string, readonly string[]>> = {
  see: ['--steps', '4'],
  microscope: ['--steps', '2', '--images', '1'],
  atlas: ['--icons', 'none', '--activations', '150', '--grid', '4'],
};

/** Runs the commands of a page one after another in the folder, as a reader would; all but `open`, which waits for Ctrl-C. */
async function runCommands(page: string): Promise<{ line: string; stdout: string; stderr: string }[]> {
  const text = await readFile(join(root, 'docs', page), 'utf8');
  const lines = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((match) => match[1]!.trim().split('\n'));
  const outcomes = [];
  for (const line of lines) {
    const [npx, name, ...args] = line.split(/\s+/) as [string, string, ...string[]];
    expect(`${npx} ${name}`).toBe('npx incognita');
    if (args[0] === 'open') continue;
    const own = args.filter((arg) => arg !== '--open');
    const { code, stdout, stderr } = await incognita([...own, ...(QUICK[own[0]!] ?? [])], { cwd: folder });
    expect(code, `${line}: ${stderr}`).toBe(0);
    outcomes.push({ line, stdout, stderr });
  }
  return outcomes;
}

describe('a guide to a network of one’s own', { timeout: 120_000 }, () => {
  it('runs the commands of docs/my-resnet.md as they stand, on a ResNet of PyTorch’s', async () => {
    await copyFile(join(root, 'packages/autodiff/fixtures/resnet.dynamo.onnx'), join(folder, 'my-resnet.onnx'));
    await writeFile(
      join(folder, 'my-resnet.incognita.json'),
      JSON.stringify({ sizePx: 64, mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2] }),
    );
    await writeFile(join(folder, 'my-resnet-labels.txt'), Array.from({ length: 10 }, (_, i) => `kind ${i}`).join('\n'));
    const [inspect, see, attribute, microscope, atlas, ...more] = await runCommands('my-resnet.md');
    expect(more).toEqual([]);
    expect(inspect!.stdout).toMatch(/^layer1\.0 /m);
    expect(inspect!.stdout).toContain('my-resnet.incognita.json');
    expect(see!.stdout).toMatch(/^layer3\.0:3: .*\nclass:1: .*\nmy-resnet\.see.sheet\.png$/m);
    expect(attribute!.stdout).toMatch(/^kind \d: .*(\n.*\.png.*){7}\n$/);
    expect(microscope!.stdout).toMatch(/^layer4\.0\s+48\s+\d+/m);
    expect(microscope!.stdout).toContain('npx incognita open my-resnet-photos.incognita');
    expect(atlas!.stdout).toMatch(/^layer4\.0: \d+ activations/);
    const manifest = JSON.parse(await readFile(join(folder, 'my-resnet-photos.incognita/incognita.json'), 'utf8'));
    expect([manifest.complete, manifest.layers.length > 0, manifest.microscope.layers.length > 0]).toEqual([true, true, true]);
  });

  it('runs the commands and the code of docs/my-vit.md as they stand, on a vision transformer of PyTorch’s', async () => {
    await copyFile(join(root, 'packages/vision/fixtures/vit.torchscript.onnx'), join(folder, 'my-vit.onnx'));
    const [inspect, see, attribute, microscope, ...more] = await runCommands('my-vit.md');
    expect(more).toEqual([]);
    expect(inspect!.stdout).toMatch(/^blocks\.1 .* n × 17 × 48/m);
    expect(see!.stdout.match(/^blocks.*$/gm)!.map((line) => line.split(': ')[0])).toEqual([
      ...[0, 1, 2, 3].map((channel) => `blocks.1.mlp.fc1:${channel}`),
      'blocks.1:5@class',
      'blocks.1:5@1,2',
      'blocks.1.attn.heads:2',
    ]);
    expect(attribute!.stdout).toContain('completeness error');
    expect(microscope!.stdout).toMatch(/^blocks\.1\s+48\s+\d+/m);
    const page = await readFile(join(root, 'docs/my-vit.md'), 'utf8');
    const code = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1]!).join('\n');
    const script = code.replaceAll(/(['`])(my-vit\.onnx|photos)/g, `$1${folder}/$2`);
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module'], {
      cwd: root,
      input: script,
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^1 tokens before the patches; registers in every picture: \d+ other outliers: true\n/);
    expect(stdout).toMatch(/blocks\.0\.attn\.heads 3 16\nblocks\.1\.attn\.heads 3 16\n$/);
  });
});
