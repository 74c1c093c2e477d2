import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watchManifest } from './manifestWatch.js';
import { temporaryFolder } from './testing.js';

test('listeners hear each new tag once, and nothing after they have left', async () => {
  const dir = await temporaryFolder();
  const manifest = watchManifest(dir, { pollMs: 20 });
  const heard: string[] = [];
  const left: string[] = [];
  const leave = manifest.subscribe((tag) => left.push(tag));
  const stop = manifest.subscribe((tag) => heard.push(tag));
  expect(await manifest.tag()).toBeNull();
  leave();
  await writeFile(join(dir, 'incognita.json'), '{}');
  await expect.poll(() => heard.at(-1)).toBe(await manifest.tag());
  await writeFile(join(dir, 'incognita.json'), '{"a":1}');
  await expect.poll(() => heard.at(-1)).toBe(await manifest.tag());
  expect(new Set(heard).size).toBe(heard.length);
  expect(left).toEqual([]);
  stop();
  manifest.close();
});

test('it looks by itself where the system tells nothing: the folder was made anew', async () => {
  const dir = await temporaryFolder({ 'w/incognita.json': '{}' });
  const manifest = watchManifest(join(dir, 'w'), { pollMs: 20 });
  const heard: string[] = [];
  manifest.subscribe((tag) => heard.push(tag));
  await expect.poll(() => heard.length).toBe(1);
  await rm(join(dir, 'w'), { recursive: true });
  await mkdir(join(dir, 'w'));
  await writeFile(join(dir, 'new'), '{"b":2}');
  await rename(join(dir, 'new'), join(dir, 'w', 'incognita.json'));
  await expect.poll(() => heard.at(-1)).toBe(await manifest.tag());
  expect(heard.length).toBe(2);
  manifest.close();
});
