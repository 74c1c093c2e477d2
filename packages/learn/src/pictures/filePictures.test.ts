import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkerPool } from '@incognita/runtime';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClassifierData } from '../classifier/classifierData.js';
import { filePictures, type PictureFile } from './filePictures.node.js';

let folder: string;
const pool = new WorkerPool({ workers: 1 });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita-files-'));
  for (const [i, background] of ['#ff0000', '#00ff00', '#0000ff'].entries())
    await sharp({ create: { width: 9, height: 6, channels: 3, background } })
      .png()
      .toFile(join(folder, `${i}.png`));
  await writeFile(join(folder, 'bad.png'), 'no picture');
});
afterAll(async () => {
  await pool.dispose();
  await rm(folder, { recursive: true });
});

const files = (...list: (readonly [string, string | null])[]): PictureFile[] =>
  list.map(([file, label]) => ({ path: join(folder, file), file, label }));
const load = (list: PictureFile[], holdOut = 0.5): Promise<ClassifierData> =>
  filePictures(list, { name: 'colours', pool, sidePx: 4, holdOut, seed: 1 });

describe('pictures from files', () => {
  it('are decoded beside their labels; what cannot be used is skipped and named; a class of one is learnt from', async () => {
    const reported = files(
      ['0.png', 'red'],
      ['bad.png', 'red'],
      ['0.png', 'red'],
      ['2.png', 'blue'],
      ['1.png', null],
      ['gone.png', 'red'],
    );
    const { classNames, training, validation, skipped, warnings } = await load(reported);
    expect(classNames).toEqual(['blue', 'red']);
    expect([...training.labels].sort()).toEqual([0, 1]);
    expect([...validation!.labels]).toEqual([1]);
    for (const { labels, pixels } of [training, validation!])
      for (const [i, label] of labels.entries())
        expect([...pixels.subarray(64 * i, 64 * i + 4)]).toEqual(label === 1 ? [255, 0, 0, 255] : [0, 0, 255, 255]);
    expect(skipped.map(({ file }) => file)).toEqual(['bad.png', 'gone.png', '1.png']);
    expect(skipped[0]!.reason).toMatch(/^not a picture or damaged/);
    expect(skipped[1]!.reason).toBe('the file does not exist');
    expect(warnings).toEqual(['The class "blue" has one picture: it is learnt from, and none is held out.']);
  });

  it('may all be learnt from', async () => {
    expect((await load(files(['0.png', 'red'], ['0.png', 'red'], ['1.png', 'green']), 0)).validation).toBeNull();
  });

  it('are refused without labels or with one class', async () => {
    await expect(load(files(['0.png', null]))).rejects.toThrow(/no labels.*labels\.csv/);
    await expect(load(files(['0.png', 'red'], ['bad.png', 'green']))).rejects.toThrow('colours has only "red"');
    await expect(load(files(['bad.png', 'green']))).rejects.toThrow('no picture that can be used');
  });
});
