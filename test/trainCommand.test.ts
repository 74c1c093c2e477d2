import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { imageInput, read } from '../packages/onnx/dist/index.js';
import {
  decodeSafetensors,
  metricsLineSchema,
  trainingIconsSchema,
  trainingRunSchema,
} from '../packages/workspace/dist/schema/index.js';
import { incognita } from './command.ts';
import { drawPictures } from './e2e/pictures.ts';
import { randomFrom } from './e2e/random.ts';

let folder: string;
let pictures: string;
let whole: string;
let wholeMs: number;

/** A network and a run that take a second. */
const quick = [
  '--steps',
  '80',
  '--batch',
  '8',
  '--evaluate-every',
  '25',
  '--checkpoint-every',
  '9',
  '--keep',
  'best',
  '--ema',
  '0.9',
];
const train = (out: string, ...more: string[]) => ['train', 'lenet5', pictures, ...quick, ...more, '--out', out];

/** What a run is for, and its metrics without how long they took. */
async function outcome(dir: string): Promise<unknown> {
  const [model, card, labels, metrics] = await Promise.all(
    ['model.onnx', 'card.md', 'labels.json', 'metrics.jsonl'].map((name) => readFile(join(dir, name))),
  );
  const lines = metrics!.toString().trimEnd().split('\n');
  const plain = lines.map((line) => ({ ...JSON.parse(line), imagesPerSecond: 0, ms: 0 }));
  return { model: model!.toString('hex'), card: card!.toString(), labels: labels!.toString(), plain };
}

/** What a folder takes on a disk of pages of 4 KiB, in KiB. */
async function pagesOf(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true });
  const sizes = await Promise.all(entries.map(async (name) => Math.ceil((await stat(join(dir, name))).size / 4096)));
  return 4 * sizes.reduce((sum, size) => sum + size, 0);
}

const runOf = async (dir: string) => trainingRunSchema.parse(JSON.parse(await readFile(join(dir, 'run.json'), 'utf8')));
const leftovers = async (dir: string): Promise<string[]> =>
  (await readdir(dir, { recursive: true })).filter((name) => /tmp|lock|partial/.test(name));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita train '));
  pictures = join(folder, 'my shapes');
  whole = join(folder, 'whole');
  await drawPictures({ dir: pictures, perLabel: 3, sizePx: 40, seed: 2 });
  const started = performance.now();
  const { code, stderr } = await incognita(train(whole, '--workers', '1'));
  expect(code, stderr).toBe(0);
  wholeMs = performance.now() - started;
});
afterAll(() => rm(folder, { recursive: true }));

describe('incognita train', () => {
  it('makes optimised pictures beside the training, which change no byte of the result', async () => {
    const out = join(folder, 'with pictures');
    const { code, stderr } = await incognita(train(out, '--icons', '2', '--workers', '1'));
    expect(code, stderr).toBe(0);
    expect(await outcome(out)).toEqual(await outcome(whole));
    const icons = trainingIconsSchema.parse(JSON.parse(await readFile(join(out, 'icons', 'index.json'), 'utf8')));
    expect(icons.units.map(({ kind }) => kind)).toEqual(['channel', 'class']);
    expect(icons.steps.length).toBeGreaterThan(0);
    for (const { file } of icons.steps) expect((await readFile(join(out, 'icons', file))).toString('latin1', 8, 12)).toBe('WEBP');
    expect(await leftovers(out)).toEqual([]);
  });

  it('leaves a network that says what it sees and names, its card, metrics and two checkpoints', async () => {
    const run = await runOf(whole);
    expect(run).toMatchObject({
      state: 'finished',
      data: { name: 'my shapes', classes: 9, training: 18, heldOut: 9 },
      settings: { seed: 1, steps: 80 },
    });
    const model = read(await readFile(join(whole, 'model.onnx')));
    expect(imageInput(model)).toMatchObject({ channels: 3, height: 32, width: 32 });
    const names = JSON.parse(await readFile(join(whole, 'labels.json'), 'utf8'));
    expect(names).toContain('red circle');
    expect(JSON.parse(model.metadata.get('incognita.classes')!)).toEqual(names);
    const card = await readFile(join(whole, 'card.md'), 'utf8');
    expect(card).toContain(`${(100 * run.result!.accuracy!.top1).toFixed(1)} % of 9 held-out pictures`);
    expect(card).toContain("incognita train lenet5 'my shapes' --steps 80 --batch 8 --ema 0.9 --evaluate-every 25 --keep best");
    const lines = (await readFile(join(whole, 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
    const metrics = lines.map((line) => metricsLineSchema.parse(JSON.parse(line)));
    expect(metrics.filter(({ kind }) => kind === 'training').map(({ step }) => step)).toEqual(
      Array.from({ length: 8 }, (_, i) => 10 * (i + 1)),
    );
    expect(metrics.filter(({ kind }) => kind === 'evaluation').map(({ step }) => step)).toEqual([25, 50, 75, 80]);
    const losses = metrics.flatMap((line) => (line.kind === 'training' ? [line.loss] : []));
    expect(losses.at(-1)).toBeLessThan(0.8 * losses[0]!);
    const files = (await readdir(join(whole, 'checkpoints'))).sort();
    expect(await readdir(join(whole, 'kernels'))).toHaveLength(4);
    const kernels = decodeSafetensors(await readFile(join(whole, 'kernels', '00000080.safetensors'))).tensors.get('kernels');
    expect(kernels!.shape).toEqual([6, 3, 5, 5]);
    expect(files).toEqual(['00000072.safetensors', '00000080.safetensors', 'best.safetensors']);
  });

  it('leaves a finished run alone, says in what another differs, and starts afresh by --force', async () => {
    const again = await incognita([...train(whole), '--json']);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('is finished; --force trains anew');
    expect(JSON.parse(again.stdout)).toMatchObject({ seed: 1, steps: 80, accuracy: { pictures: 9 } });
    const other = await incognita([...train(whole), '--lr', '0.01']);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('--lr was 0.001, now 0.01');
    const before = await readFile(join(whole, 'model.onnx'));
    const copy = join(folder, 'copy');
    await cp(whole, copy, { recursive: true });
    const forced = await incognita([...train(copy), '--seed', '2', '--force', '--half']);
    expect(forced.code, forced.stderr).toBe(0);
    expect((await readFile(join(copy, 'model.onnx'))).length).toBeLessThan(0.6 * before.length);
    expect((await runOf(copy)).result!.accuracy!.pictures).toBe(9);
  });

  it('gives the same bytes after SIGKILL at random moments, and after Ctrl-C', async () => {
    const out = join(folder, 'killed');
    const random = randomFrom(5);
    for (let killed = 0, attempt = 0; killed < 4; attempt++) {
      expect(attempt).toBeLessThan(15);
      const { signal } = await incognita(train(out), { killAfterMs: wholeMs * (0.3 + 0.7 * random()) });
      if (signal === 'SIGKILL') killed++;
      else await rm(out, { recursive: true });
    }
    const stopped = await incognita(train(out), { interruptAt: 'training: ' });
    if (stopped.code === 130) {
      expect(stopped.stderr).toContain('The same command goes on from here');
      expect((await runOf(out)).state).toBe('stopped');
    }
    const { code, stderr } = await incognita(train(out));
    expect(code, stderr).toBe(0);
    expect(await outcome(out)).toEqual(await outcome(whole));
    expect(await leftovers(out)).toEqual([]);
  });
});

describe('a run that cannot go on', () => {
  it('stops at a loss that is no number, names the step and the last good checkpoint, and goes on with another --lr', async () => {
    const out = join(folder, 'diverged');
    const args = [
      'train',
      'mlp',
      pictures,
      '--width',
      '0.1',
      '--steps',
      '60',
      '--batch',
      '8',
      '--optimizer',
      'sgd',
      '--clip',
      '0',
    ];
    const more = ['--checkpoint-every', '1', '--out', out];
    const { code, stderr } = await incognita([...args, '--lr', '1e9', '--warmup', '50', ...more]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no number any more at step \d+.*The last good checkpoint is that of step \d+/s);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect((await runOf(out)).state).toBe('diverged');
    const [last] = (await readdir(join(out, 'checkpoints'))).sort().reverse();
    const { tensors } = decodeSafetensors(await readFile(join(out, 'checkpoints', last!)));
    expect((tensors.get('values')!.data as Float32Array).every(Number.isFinite)).toBe(true);
    const cured = await incognita([...args, '--lr', '1e-9', '--warmup', '1', ...more]);
    expect(cured.stderr).toMatch(/goes on after step \d+/);
    if (cured.code === 0) expect(await readFile(join(out, 'card.md'), 'utf8')).toContain('{"lr":1e-9,"warmup":1}` instead of');
    expect((await runOf(out)).changes).toMatchObject([{ from: { lr: 1e9 }, to: { lr: 1e-9 } }]);
  });

  it('says so when the disk is full, keeps the last good checkpoint, and goes on when there is room', async (context) => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    // Room for the page, two checkpoints of a megabyte and the best weights, and not for the third that is written beside them.
    const size = `size=${(await pagesOf(join(whole, 'explorer'))) + 1140}k`;
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      return context.skip('this user may not mount a file system');
    }
    onTestFinished(() => void execFileSync('umount', [disk]));
    const out = join(disk, 'run');
    const { code, stderr } = await incognita(train(out));
    expect(code).toBe(1);
    expect(stderr).toMatch(/the disk is full.*The last good checkpoint is that of step \d+/s);
    expect(stderr).not.toMatch(/\n\s+at /);
    execFileSync('mount', ['-o', 'remount,size=40m', disk]);
    const again = await incognita(train(out));
    expect(again.stderr).toMatch(/goes on after step \d+/);
    expect(await outcome(out)).toEqual(await outcome(whole));
  });
});

it('refuses a network that there is not, and a folder that is something else', async () => {
  const unknown = await incognita(['train', 'alexnet', pictures, '--out', join(folder, 'never')]);
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringMatching(/no network "alexnet"; did you mean alexnet64/) });
  const foreign = await incognita(['train', 'linear', pictures, '--out', pictures]);
  expect(foreign).toMatchObject({ code: 1, stderr: expect.stringMatching(/not the folder of a training run/) });
});
