import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { classOutput, imageInput, read } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { EMOJI_SETS } from '../emoji/emojiSets.js';
import { loadEmoji } from '../emoji/loadEmoji.node.js';
import { firstKernels } from '../kernels/firstKernels.js';
import { kernelTiles } from '../kernels/kernelTiles.js';
import { EMBEDDED_MODELS, embeddedModel } from './embeddedModels.node.js';

describe.each(EMBEDDED_MODELS.map((model) => [model.name, model] as const))(
  'the network %s that comes with this package',
  (_, { dir, path }) => {
    it('is an ONNX file of at most 12 MB that names every concept of the emoji world', async () => {
      expect((await stat(path)).size).toBeLessThanOrEqual(12e6);
      const model = read(await readFile(path));
      const names = JSON.parse(await readFile(join(dir, 'labels.json'), 'utf8')) as string[];
      expect(names).toEqual(loadEmoji().concepts.map(({ name }) => name));
      expect(classOutput(model)?.classes).toBe(names.length);
      expect(imageInput(model)).toMatchObject({ channels: 3, width: 64, height: 64 });
    });

    it('has 96 first kernels of at least 7 × 7, whose neighbouring weights are alike as those of edges and blobs are, and those of noise are not', async () => {
      const { weights, dims } = firstKernels(read(await readFile(path)));
      expect(dims).toEqual([96, 3, 7, 7]);
      let [products, squares] = [0, 0];
      for (const [i, weight] of weights.entries()) {
        squares += weight * weight;
        if (i % 7 < 6) products += weight * weights[i + 1]!;
      }
      expect((products / squares) * (7 / 6)).toBeGreaterThan(0.7);
      expect(kernelTiles(weights, dims).filter(({ oriented }) => oriented > 0.5).length).toBeGreaterThan(20);
    });

    it('has a card with its accuracy, its seed, the terms of what it learnt from, and the one command that makes it again', async () => {
      const run = JSON.parse(await readFile(join(dir, 'run.json'), 'utf8'));
      const card = await readFile(join(dir, 'card.md'), 'utf8');
      expect(run).toMatchObject({ state: 'finished', changes: [], data: { heldOut: 1790 } });
      expect(run.result.accuracy.top1).toBeGreaterThan(0.5);
      expect(card).toContain(`${(100 * run.result.accuracy.top1).toFixed(1)} % of 1,790 held-out pictures`);
      expect(card).toContain(`"seed": ${run.settings.seed}`);
      expect(card).toMatch(/incognita train alexnet64 emoji --epochs 22 .*--out/);
      for (const { title, artist, licence } of EMOJI_SETS)
        for (const text of [title, artist, licence]) expect(card).toContain(text);
      expect(card).not.toMatch(/\/(work|tmp|home|root)\//);
    });

    it('has the record of its training, and how its first kernels became what they are', async () => {
      const lines = (await readFile(join(dir, 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
      expect(JSON.parse(lines.at(-1)!)).toMatchObject({ kind: 'evaluation' });
      expect((await readdir(join(dir, 'kernels'))).length).toBeGreaterThan(1);
    });
  },
);

it('an embedded network has its name, and nothing else has', () => {
  expect(embeddedModel('emoji-alexnet')?.name).toBe('emoji-alexnet');
  expect(embeddedModel('emoji-alexnet.onnx')).toBeNull();
});
