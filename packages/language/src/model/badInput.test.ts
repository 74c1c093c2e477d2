import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GraphBuilder, write } from '@incognita/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBuilt } from '../testing/openBuilt.js';
import { tinyDecoder } from '../testing/tinyDecoder.js';
import { TINY, tinyWeights } from '../testing/tinyWeights.js';
import { metaspaceTokenizer } from '../testing/tokenizers.js';
import { TextTokenizer } from '../tokens/textTokenizer.js';
import type { LanguageModel } from './languageModel.js';
import { openLanguageModel } from './openLanguageModel.node.js';

const built = tinyDecoder(tinyWeights(5), { dialect: 'plain' });
let folder: string;
let model: LanguageModel;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'incognita-language-'));
  await writeFile(path.join(folder, 'model.onnx'), write(built));
  model = await openLanguageModel(folder, { tokenizer: 'none' });
});
afterAll(async () => {
  await model?.dispose();
  await rm(folder, { recursive: true, force: true });
});

describe('opening', () => {
  it('says what is missing', async () => {
    await expect(openLanguageModel(path.join(folder, 'nothing'))).rejects.toThrow(/nothing cannot be opened/);
    await mkdir(path.join(folder, 'empty'), { recursive: true });
    await expect(openLanguageModel(path.join(folder, 'empty'))).rejects.toThrow(/holds no ONNX file: export the model/);
    await expect(openLanguageModel(folder)).rejects.toThrow(/no tokenizer.json beside/);
  });

  it('refuses the tokenizer of another model, and one that is none', async () => {
    const other = path.join(folder, 'other');
    await mkdir(other, { recursive: true });
    await cp(path.join(folder, 'model.onnx'), path.join(other, 'model.onnx'));
    await writeFile(path.join(other, 'tokenizer.json'), JSON.stringify(metaspaceTokenizer()));
    await expect(openLanguageModel(other)).rejects.toThrow(/the model embeds 41: the tokenizer.json belongs to another model/);
    await writeFile(path.join(other, 'tokenizer.json'), '{');
    await expect(openLanguageModel(other)).rejects.toThrow(/tokenizer.json is no JSON/);
    await writeFile(path.join(other, 'tokenizer.json'), '{}');
    await expect(openLanguageModel(other)).rejects.toThrow(/no model with a vocabulary/);
  });

  it('refuses a model that is no decoder', async () => {
    const b = new GraphBuilder();
    b.output(b.op('Relu', [b.input('image', 'float32', [1, 3, 8, 8])]), 'float32', [1, 3, 8, 8], 'y');
    const file = path.join(folder, 'relu.onnx');
    await writeFile(file, write(b.model()));
    await expect(openLanguageModel(file, { tokenizer: 'none' })).rejects.toThrow(/No output of three axes/);
  });

  it('works by ids without a tokenizer, and says so where a text is given', async () => {
    expect((await model.complete([1, 2], { maxTokens: 2 })).ids).toHaveLength(2);
    await expect(model.complete('text')).rejects.toThrow(/no tokenizer: give ids/);
  });
});

describe('running', () => {
  it('refuses texts that do not fit', async () => {
    await expect(model.run([])).rejects.toThrow(/no tokens/);
    await expect(model.run([99])).rejects.toThrow(/99 is no token of a model that embeds 41/);
    await expect(model.run(new Array(TINY.longest + 2).fill(1))).rejects.toThrow(
      /26 tokens, the context of this model holds 24: shorten it by 2/,
    );
  });

  it('stops at the end of the context', async () => {
    const result = await model.complete([1, 2, 3], { maxTokens: 100 });
    expect([result.finish, result.ids.length]).toEqual(['context', TINY.longest - 2]);
  });

  it('refuses points and clamps that there are not', async () => {
    await expect(model.run([1], { taps: ['resid_post.9'] })).rejects.toThrow(
      /no point "resid_post.9" in a model of 2 layers. Nearest: resid_post/,
    );
    await expect(model.run([1], { clamps: [{ point: 'z.0', kind: 'zero', heads: [4] }] })).rejects.toThrow(/no head 4 among 4/);
    await expect(model.run([1], { clamps: [{ point: 'mlp_in.0', kind: 'zero', heads: [0] }] })).rejects.toThrow(
      /names heads, but/,
    );
    const value = { dims: [5], data: [1, 2, 3, 4, 5] };
    await expect(model.run([1], { clamps: [{ point: 'z.0', kind: 'set', value }] })).rejects.toThrow(
      /has 5 along the axis "dim", the point 16/,
    );
  });

  it('refuses settings of sampling that mean nothing', async () => {
    await expect(model.complete([1], { temperature: -1 })).rejects.toThrow(/temperature is -1/);
    await expect(model.complete([1], { topP: 0 })).rejects.toThrow(/topP is 0/);
    await expect(model.complete([1], { topK: 1.5 })).rejects.toThrow(/topK is 1.5/);
    await expect(model.complete([1], { maxTokens: 0 })).rejects.toThrow(/maxTokens is 0/);
  });

  it('says that logits are no numbers', async () => {
    const clamps = [{ point: 'resid_post.1', kind: 'set', value: Number.NaN }] as const;
    await expect(model.complete([1, 2], { clamps })).rejects.toThrow(/The logit of token 0 is not a number/);
  });

  it('rejects with the reason when cancelled, and goes on afterwards', async () => {
    const controller = new AbortController();
    const run = (async () => {
      for await (const step of model.generate([1], { maxTokens: 20, signal: controller.signal }))
        if (step.position === 3) controller.abort(new Error('enough'));
    })();
    await expect(run).rejects.toThrow('enough');
    await expect(model.complete([1], { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
    expect((await model.complete([1], { maxTokens: 3 })).ids).toHaveLength(3);
  });

  it('stops the model when its loop is left', async () => {
    for await (const step of model.generate([1], { maxTokens: 20 })) if (step.position === 2) break;
    expect((await model.complete([1], { maxTokens: 3 })).ids).toHaveLength(3);
  });

  it('ends at the end of the text', async () => {
    const [first] = (await model.complete([1, 2], { maxTokens: 1 })).ids;
    const ending = await openBuilt(built, { ends: [first!] });
    expect(await ending.complete([1, 2], { maxTokens: 5 })).toMatchObject({ finish: 'end', ids: [first] });
    expect((await ending.complete([1, 2], { maxTokens: 5, ignoreEnd: true })).ids).toHaveLength(5);
    await ending.dispose();
  });
});

describe('a tokenizer that fits', () => {
  it('is taken as it is given', async () => {
    const tokenizer = new TextTokenizer({
      version: '1.0',
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: null,
      post_processor: null,
      decoder: null,
      model: { type: 'BPE', vocab: Object.fromEntries([...'abcdefghij'].map((c, i) => [c, i])), merges: [], unk_token: null },
    });
    const typed = await openBuilt(built, { tokenizer });
    expect(typed.ids('badge')).toEqual([1, 0, 3, 6, 4]);
    await typed.dispose();
  });
});
