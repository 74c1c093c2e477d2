import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { write } from '@incognita/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBuilt } from '../testing/openBuilt.js';
import { tinyDecoder } from '../testing/tinyDecoder.js';
import { tinyWeights } from '../testing/tinyWeights.js';
import { LanguageModel } from './languageModel.js';
import { openLanguageModel } from './openLanguageModel.node.js';

const built = tinyDecoder(tinyWeights(5), { dialect: 'plain' });
let folder: string;
const opened: LanguageModel[] = [];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'incognita-lead-'));
  await writeFile(path.join(folder, 'model.onnx'), write(built));
});
afterAll(async () => {
  await Promise.all(opened.map((model) => model.dispose()));
  await rm(folder, { recursive: true, force: true });
});

/** The same model, with a count of the steps that its runner has handed out. */
function counting(real: LanguageModel): { readonly model: LanguageModel; readonly made: () => number } {
  opened.push(real);
  let made = 0;
  const model = new LanguageModel({
    ...{ model: built, tokenizer: null },
    runner: {
      ...real.runner,
      decode: (edited, plan, onStep, signal) => {
        made = 0;
        const hand: typeof onStep = (step) => {
          made++;
          return onStep(step);
        };
        return real.runner.decode(edited, plan, hand, signal);
      },
    },
  });
  return { model, made: () => made };
}

describe.each([
  ['in a worker', () => openLanguageModel(folder, { tokenizer: 'none', selfTest: false })],
  ['on this thread', () => openBuilt(built)],
])('a generation %s', (_, open) => {
  it('is never further ahead of its reader than it may be, and gives the same tokens', async () => {
    const { model, made } = counting(await open());
    const whole = (await model.complete([1, 2], { maxTokens: 16 })).ids;
    const read: number[] = [];
    for await (const { id } of model.generate([1, 2], { maxTokens: 16, lead: 3 })) {
      read.push(id);
      await pause(15);
      // Those that were read, and three more at most; the one that is being read does not count as taken yet.
      expect(made()).toBeLessThanOrEqual(read.length - 1 + 3);
    }
    expect(read).toEqual(whole);
    await pause(10);
  });

  it('ends while it waits for its reader, when it is left or cancelled', async () => {
    const { model } = counting(await open());
    for await (const step of model.generate([1, 2], { maxTokens: 16, lead: 1 })) if (step.position === 4) break;
    const controller = new AbortController();
    const run = (async () => {
      for await (const _step of model.generate([1, 2], { maxTokens: 16, lead: 1, signal: controller.signal })) {
        await pause(30);
        controller.abort(new Error('enough'));
      }
    })();
    await expect(run).rejects.toThrow('enough');
    expect((await model.complete([1, 2], { maxTokens: 3, lead: 1 })).ids).toHaveLength(3);
    await expect(model.complete([1, 2], { lead: 0 })).rejects.toThrow('lead is 0');
  });
});
