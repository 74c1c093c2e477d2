import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLanguageModel } from '../packages/language/dist/index.js';
import { storyTexts, storyWorld } from '../packages/learn/dist/index.js';
import { metricsLineSchema, trainingRunSchema } from '../packages/workspace/dist/schema/index.js';
import { incognita } from './command.ts';
import { randomFrom } from './e2e/random.ts';

let folder: string;
let texts: string;
let whole: string;
let wholeMs: number;

const sizes = ['--layers', '2', '--heads', '2', '--width', '16', '--block', '24', '--tokenizer', 'bpe', '--vocabulary', '300'];
const quick = [
  '--steps',
  '60',
  '--batch',
  '4',
  '--warmup',
  '5',
  '--lr',
  '0.01',
  '--evaluate-every',
  '20',
  '--keep',
  'best',
  '--half',
];
const train = (out: string, ...more: string[]) => ['train', 'gpt', texts, ...sizes, ...quick, ...more, '--out', out];

/** What a run is for, and its metrics without how long they took. */
async function outcome(dir: string): Promise<unknown> {
  const names = ['model.onnx', 'card.md', 'tokenizer.json', 'tokenizer_config.json', 'metrics.jsonl'];
  const [model, ...others] = await Promise.all(names.map((name) => readFile(join(dir, name))));
  const lines = others.pop()!.toString().trimEnd().split('\n');
  const plain = lines.map((line) => ({ ...JSON.parse(line), tokensPerSecond: 0, ms: 0 }));
  return { model: model!.toString('hex'), others: others.map(String), plain };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita gpt '));
  texts = join(folder, 'tales');
  whole = join(folder, 'whole');
  await mkdir(join(texts, 'more'), { recursive: true });
  const stories = storyTexts(storyWorld({ seed: 3 }), { from: 0, to: 20 });
  await Promise.all(stories.map((text, i) => writeFile(join(texts, i < 10 ? '' : 'more', `${i}.txt`), text)));
  await writeFile(join(texts, 'picture.png'), 'not a text');
  const started = performance.now();
  const { code, stderr } = await incognita(train(whole, '--workers', '1'));
  expect(code, stderr).toBe(0);
  wholeMs = performance.now() - started;
});
afterAll(() => rm(folder, { recursive: true }));

describe('incognita train gpt', () => {
  it('leaves a decoder, its tokenizer, card, metrics and checkpoints', async () => {
    expect((await readdir(whole)).sort()).toEqual(
      ['card.md', 'checkpoints', 'metrics.jsonl', 'model.onnx', 'run.json', 'tokenizer.json', 'tokenizer_config.json'].sort(),
    );
    const run = trainingRunSchema.parse(JSON.parse(await readFile(join(whole, 'run.json'), 'utf8')));
    expect(run).toMatchObject({ state: 'finished', network: { name: 'gpt', inputShape: [24] }, data: { classes: 300 } });
    expect(run.result!.foresight!.tokens).toBe(run.data.heldOut - 1);
    const lines = (await readFile(join(whole, 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
    const metrics = lines.map((line) => metricsLineSchema.parse(JSON.parse(line)));
    const evaluations = metrics.flatMap((line) => (line.kind === 'textEvaluation' ? [line.loss] : []));
    expect(evaluations).toHaveLength(3);
    expect(evaluations.at(-1)).toBeLessThan(evaluations[0]!);
    expect(run.result!.foresight!.loss).toBeCloseTo(Math.min(...evaluations), 2);
    expect(await readFile(join(whole, 'card.md'), 'utf8')).toContain('the last 10 % of the texts');
  });

  it('is opened as a language model: its anatomy is found, its self-test passes, and it writes on', async () => {
    const model = await openLanguageModel(whole);
    try {
      expect(model.anatomy).toMatchObject({ layers: 2, heads: [2, 2], width: 16, vocabulary: 300 });
      expect(model.test!.measured.filter(({ holds }) => !holds)).toEqual([]);
      const { points } = await model.run('One snowy morning', { taps: ['resid_post.1', 'attn_probs.0', 'mlp_act.1'] });
      expect(points['mlp_act.1']!.dims.at(-1)).toBe(64);
    } finally {
      await model.dispose();
    }
    const { code, stdout, stderr } = await incognita(['generate', whole, '--prompt', 'One snowy', '--max-tokens', '4', '--json']);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1)!).text).toMatch(/^One snowy./);
  });

  it('gives the same bytes after SIGKILL at random moments, on two workers', async () => {
    const killed = join(folder, 'killed');
    const random = randomFrom(4);
    for (let kills = 0; kills < 3; kills++) {
      const { signal } = await incognita(train(killed, '--checkpoint-every', '7'), {
        killAfterMs: (0.3 + 0.5 * random()) * wholeMs,
      });
      if (signal === null) break;
    }
    const { code, stderr } = await incognita(train(killed, '--checkpoint-every', '7', '--workers', '2'));
    expect(code, stderr).toBe(0);
    expect(await outcome(killed)).toEqual(await outcome(whole));
  });

  it('leaves a finished run alone, says in what another differs, and refuses sizes and texts that do not fit', async () => {
    const again = await incognita(train(whole));
    expect(again.stdout).toMatch(
      /^step \d+: \d\.\d+ nats a token \(perplexity [\d.]+\) on \d+ held-out tokens\nLet it write with: npx/,
    );
    const other = await incognita(train(whole, '--seed', '2'));
    expect(other.stderr).toContain('--seed was 1, now 2');
    const cases: [string[], string][] = [
      [train(join(folder, 'x'), '--heads', '3'), '3 heads cannot share a width of 16 equally'],
      [train(join(folder, 'y'), '--block', '9000'), 'too short for blocks of 9000'],
      [['train', 'gpt', join(whole, 'model.onnx'), '--out', join(folder, 'z')], 'is not text in UTF-8'],
    ];
    for (const [args, reason] of cases) {
      const { code, stderr } = await incognita(args);
      expect(code).toBe(1);
      expect(stderr).toContain(reason);
    }
  });
});
