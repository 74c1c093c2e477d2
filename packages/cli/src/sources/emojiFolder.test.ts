import { mkdtemp, readdir, readFile, rm, stat, truncate, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkerPool } from '@incognita/runtime';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Progress } from '../progress.js';
import { type EmojiFolderOptions, emojiFolder } from './emojiFolder.js';

let cache: string;
const pool = new WorkerPool({ workers: 1 });
const progress = new Progress(process.stderr);
vi.spyOn(progress, 'report').mockImplementation(() => {});
const choice: EmojiFolderOptions['choice'] = {
  name: 'few',
  choose: (world) => world.drawings.flatMap((_, i) => (i % 20 === 0 ? [i] : [])),
};
const make = (signal = new AbortController().signal) => emojiFolder('activities', { pool, progress, signal, choice });
const files = async (dir: string) =>
  (await readdir(dir, { recursive: true, withFileTypes: true })).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );

beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'incognita cache '));
  vi.stubEnv('INCOGNITA_CACHE', cache);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await pool.dispose();
  await rm(cache, { recursive: true });
});

describe('the emoji world as a folder', () => {
  it('has a picture of each drawing and a table of what is known of it', async () => {
    const dir = await make();
    const table = (await readFile(join(dir, 'labels.csv'), 'utf8')).trimEnd().split('\n');
    expect(table[0]).toBe('file,label,group,artist,set,role,tone,gender,age');
    const pictures = (await files(dir)).filter((file) => file.endsWith('.png'));
    expect(pictures.length).toBe(table.length - 1);
    expect(await sharp(pictures[0]!).metadata()).toMatchObject({ width: 128, height: 128, hasAlpha: false });
  });

  it('goes on where an earlier call was broken off: what is missing or empty is drawn, all else stays', async () => {
    const dir = await make();
    const pictures = (await files(dir)).filter((file) => file.endsWith('.png')).sort();
    const before = new Map(await Promise.all(pictures.map(async (file) => [file, await readFile(file)] as const)));
    await unlink(join(dir, 'labels.csv'));
    await unlink(pictures[0]!);
    await truncate(pictures[1]!);
    const untouched = (await stat(pictures[2]!)).ino;
    expect(await make()).toBe(dir);
    for (const [file, bytes] of before) expect((await readFile(file)).equals(bytes)).toBe(true);
    expect((await stat(pictures[2]!)).ino).toBe(untouched);
    expect((await files(dir)).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });

  it('stops when asked and then has no table, so that nobody takes it for whole', async () => {
    const dir = await make();
    await unlink(join(dir, 'labels.csv'));
    await unlink((await files(dir))[0]!);
    await expect(make(AbortSignal.abort())).rejects.toThrow();
    expect(await files(dir)).not.toContain(join(dir, 'labels.csv'));
    await make();
    expect(await files(dir)).toContain(join(dir, 'labels.csv'));
  });
});
