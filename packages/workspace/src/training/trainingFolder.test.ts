import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MetricsLine, TrainingRun } from '../schema/training.js';
import { temporaryFolder } from '../testing.js';
import { openTrainingFolder } from './trainingFolder.js';

const run: TrainingRun = {
  ...{ format: 'incognita-training', version: 1, generator: 'test', engine: 'none', state: 'running', message: null },
  network: { name: 'linear', description: 'A linear classifier.', parameters: 14, inputShape: [3, 2, 1] },
  data: { name: 'd', description: 'Two pictures.', classes: 2, training: 2, heldOut: 0, sha256: '00', skipped: [] },
  ...{ asked: { lr: 0.1 }, settings: { steps: 3 }, changes: [], result: null },
};
const state = (value: number) => ({ tensors: { values: { shape: [2], data: Float32Array.of(value, 1) } }, metadata: {} });
const line = (step: number): MetricsLine => ({ kind: 'evaluation', step, epoch: step, top1: 0.5, top5: 1, best: true });

describe('the folder of a training run', () => {
  it('keeps the last two checkpoints, and passes over one that is damaged', async () => {
    const dir = await temporaryFolder();
    const folder = await openTrainingFolder(dir);
    expect(await folder.lastCheckpoint()).toBeNull();
    for (const step of [1, 5, 12]) await folder.writeCheckpoint(step, state(step));
    await folder.writeBest(state(7));
    const names = await readdir(join(dir, 'checkpoints'));
    expect(names.sort()).toEqual(['00000005.safetensors', '00000012.safetensors', 'best.safetensors']);
    const newest = join(dir, 'checkpoints', '00000012.safetensors');
    await writeFile(newest, (await readFile(newest)).subarray(0, 40));
    const last = await folder.lastCheckpoint();
    expect(last!.step).toBe(5);
    expect(last!.file.tensors.get('values')!.data[0]).toBe(5);
    expect((await folder.readBest())!.tensors.get('values')!.data[0]).toBe(7);
    await folder.close();
  });

  it('cuts metrics of steps that are taken again, and a line that a crash has torn', async () => {
    const dir = await temporaryFolder();
    const first = await openTrainingFolder(dir);
    await expect(first.appendMetrics(line(1))).rejects.toThrow('cutMetrics');
    await first.cutMetrics(0);
    for (const step of [1, 2, 3]) await first.appendMetrics(line(step));
    await first.writeRun(run);
    await first.close();
    const file = join(dir, 'metrics.jsonl');
    await writeFile(file, `${await readFile(file, 'utf8')}{"step":4,"ki`);
    const second = await openTrainingFolder(dir);
    await second.cutMetrics(2);
    await second.appendMetrics(line(9));
    await second.close();
    const steps = (await readFile(file, 'utf8')).split('\n').map((text) => text && JSON.parse(text).step);
    expect(steps).toEqual([1, 2, 9, '']);
    expect(await second.readRun()).toEqual(run);
  });

  it('clears its own files only', async () => {
    const dir = await temporaryFolder();
    const folder = await openTrainingFolder(dir);
    await folder.writeRun(run);
    await folder.writeCheckpoint(1, state(1));
    await folder.writeProduct('card.md', 'card');
    await writeFile(join(dir, 'notes.txt'), 'mine');
    await folder.clear();
    await folder.close();
    expect(await readdir(dir)).toEqual(['notes.txt']);
  });

  it('refuses a folder that is something else, one in use, and a run of a newer format', async () => {
    const foreign = await temporaryFolder();
    await mkdir(join(foreign, 'photos'));
    await expect(openTrainingFolder(foreign)).rejects.toThrow(/not the folder of a training run.*"photos"/);
    const dir = await temporaryFolder();
    const folder = await openTrainingFolder(dir);
    await expect(openTrainingFolder(dir)).rejects.toThrow('is writing to this workspace');
    await writeFile(join(dir, 'run.json'), JSON.stringify({ ...run, version: 2 }));
    await expect(folder.readRun()).rejects.toThrow('format version 2');
    await writeFile(join(dir, 'run.json'), JSON.stringify({ ...run, state: 'asleep' }));
    await expect(folder.readRun()).rejects.toThrow(/does not describe a training run.*state/s);
    await folder.close();
  });
});
