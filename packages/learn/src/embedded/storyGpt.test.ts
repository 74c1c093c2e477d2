import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { read } from '@incognita/onnx';
import { expect, it } from 'vitest';
import { evaluateStories } from '../stories/evaluateStories.node.js';
import { storyWorld } from '../stories/storyWorld.js';
import { textTokenizer } from '../text/textTokenizer.js';
import { embeddedModel } from './embeddedModels.node.js';

const { dir, path } = embeddedModel('story-gpt')!;
const text = (name: string): Promise<string> => readFile(join(dir, name), 'utf8');

it('the embedded language model is the file of its run, small, with a card that says how to make it again', async () => {
  const [bytes, run, card] = [await readFile(path), JSON.parse(await text('run.json')), await text('card.md')];
  expect(bytes.length).toBeLessThan(4e6);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(run.result.modelSha256);
  expect(run).toMatchObject({ state: 'finished', changes: [], network: { name: 'gpt' }, data: { name: 'stories' } });
  expect(card).toContain(`${run.result.foresight.loss.toFixed(4)} nats a token`);
  expect(card).toMatch(/incognita train gpt stories .*--half --out run/);
  expect(card).toContain(`"seed": ${run.settings.seed}`);
  const lines = (await text('metrics.jsonl')).trimEnd().split('\n');
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ kind: 'textEvaluation', step: run.settings.steps });
});

it('it foresees stories that it has not seen, within 0.04 nats a token of the grammar that tells them', async () => {
  const tokenizer = textTokenizer(JSON.parse(await text('tokenizer.json')));
  const held = { world: storyWorld({ seed: 1 }), tokenizer, from: 20_900, to: 20_948 };
  const { loss, surprise } = await evaluateStories(read(await readFile(path)), held);
  expect(surprise).toBeGreaterThan(0.28);
  expect(loss - surprise).toBeLessThan(0.04);
});
