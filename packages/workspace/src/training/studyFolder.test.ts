import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Lineage } from '../schema/lineage.js';
import { temporaryFolder } from '../testing.js';
import { openStudyFolder } from './studyFolder.js';

const lineage: Lineage = {
  ...{ format: 'incognita-lineage', version: 1, generator: 'test', engine: 'none', state: 'running', asked: { seed: 1 } },
  data: { name: 'd', description: 'Two pictures.', classes: 2, training: 2, heldOut: 0, heldOutHow: 'nothing' },
  systems: [],
};

it('the folder of a study keeps its record, refuses a second writer and what it does not know, and clears only its own', async () => {
  const dir = await temporaryFolder();
  const folder = await openStudyFolder(dir, 'lineage');
  expect(await folder.read()).toBeNull();
  await folder.write(lineage);
  await folder.writeProduct('lineage.svg', '<svg/>');
  expect(await folder.read()).toEqual(lineage);
  await expect(openStudyFolder(dir, 'lineage')).rejects.toThrow('is writing to this workspace');
  await writeFile(join(dir, 'lineage.json'), JSON.stringify({ ...lineage, version: 2 }));
  await expect(folder.read()).rejects.toThrow('format version 2');
  await writeFile(join(dir, 'lineage.json'), JSON.stringify({ ...lineage, systems: 3 }));
  await expect(folder.read()).rejects.toThrow(/does not describe a lineage.*systems/s);
  await writeFile(join(dir, 'notes.txt'), 'mine');
  await mkdir(folder.runFolder('mlp'), { recursive: true });
  await folder.clear();
  await folder.close();
  expect(await readdir(dir)).toEqual(['notes.txt']);
  await expect(openStudyFolder(dir, 'sweep')).rejects.toThrow(/not the folder of a sweep.*"notes\.txt"/);
  expect(await readFile(join(dir, 'notes.txt'), 'utf8')).toBe('mine');
});
