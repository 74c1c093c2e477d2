import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { offersSchema, WorkspaceError } from '@incognita/workspace';
import { describe, expect, test } from 'vitest';
import { sampleWorkspace, temporaryFolder } from '../testing.js';
import { openPlace } from './openPlace.js';

const FILES = {
  'run.json': '{}',
  'metrics.jsonl': '',
  'kernels/00000010.safetensors': 'x',
  'icons/index.json': '{}',
  'icons/00000010.webp': 'x',
  'checkpoints/00000010.safetensors': 'x',
  lock: 'x',
};
const PUBLIC = ['run.json', 'metrics.jsonl', 'kernels/00000010.safetensors', 'icons/index.json', 'icons/00000010.webp'];

describe('a place', () => {
  test('that is a training run offers it, and what its page reads', async () => {
    const place = await openPlace(await temporaryFolder(FILES));
    const offers = offersSchema.parse(await place.offers());
    expect(offers).toMatchObject({ atlas: false, server: true, runs: [{ name: offers.name, path: '' }] });
    for (const file of Object.keys(FILES))
      expect([file, await place.cachePolicy(file.split('/'))]).toEqual([file, PUBLIC.includes(file) ? 'revalidate' : null]);
  });

  test('that holds runs offers each, also those that come later', async () => {
    const files = Object.fromEntries(Object.entries(FILES).map(([file, text]) => [`two words/${file}`, text]));
    const dir = await temporaryFolder({ ...files, 'notes/run.txt': '', 'notes/labels.json': '' });
    const place = await openPlace(dir);
    expect((await place.offers()).runs).toEqual([{ name: 'two words', path: 'two%20words/' }]);
    expect(await place.cachePolicy(['two words', 'metrics.jsonl'])).toBe('revalidate');
    expect(await place.cachePolicy(['notes', 'labels.json'])).toBeNull();
    expect(await place.cachePolicy(['two words', 'kernels', '..'])).toBeNull();
    await mkdir(join(dir, 'later'));
    expect((await place.offers()).runs).toHaveLength(1);
  });

  test('that is a sweep, or holds one, offers it with its runs', async () => {
    const files = { 'sweep.json': '{}', 'runs/width1/run.json': '{}', 'runs/width1/metrics.jsonl': '', 'runs/width2/x': '' };
    const sweep = await temporaryFolder(files);
    expect(await (await openPlace(sweep)).offers()).toMatchObject({
      studies: [{ kind: 'sweep', path: '' }],
      runs: [{ name: 'width1', path: 'runs/width1/' }],
    });
    const outer = await temporaryFolder(Object.fromEntries(Object.entries(files).map(([file, text]) => [`mine/${file}`, text])));
    const place = await openPlace(outer);
    expect(await place.offers()).toMatchObject({
      studies: [{ kind: 'sweep', name: 'mine', path: 'mine/' }],
      runs: [{ name: 'mine / width1', path: 'mine/runs/width1/' }],
    });
    expect(await place.cachePolicy(['mine', 'sweep.json'])).toBe('revalidate');
    expect(await place.cachePolicy(['mine', 'runs', 'width1', 'metrics.jsonl'])).toBe('revalidate');
    expect(await place.cachePolicy(['mine', 'runs', 'width2', 'run.json'])).toBeNull();
  });

  test('that is a workspace offers its atlas; one that is neither is refused', async () => {
    const { dir } = await sampleWorkspace();
    expect(await (await openPlace(dir)).offers()).toMatchObject({ atlas: true, runs: [] });
    await expect(openPlace(await temporaryFolder({ 'a.txt': '' }))).rejects.toThrow(WorkspaceError);
    await expect(openPlace(join(dir, 'absent'))).rejects.toThrow(WorkspaceError);
  });
});
