import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WorkerPool } from '@incognita/runtime';
import { describe, expect, it } from 'vitest';
import { textData } from '../text/textData.js';
import { textTokenizer } from '../text/textTokenizer.js';
import { NANO_GPT } from './gptSettings.js';
import { trainGpt } from './trainGpt.node.js';

const plays = fileURLToPath(new URL('../../../../../shared/text/tinyshakespeare.txt', import.meta.url));

describe.skipIf(!existsSync(plays))(
  "nanoGPT's setting for a CPU (skipped where ../shared/text/tinyshakespeare.txt is absent)",
  () => {
    it('has 65 characters, split 90 to 10 in order, and a loss that falls in its first steps; the whole of it is a command of docs/benchmarks.md', async () => {
      const text = readFileSync(plays, 'utf8');
      const data = textData([text], { name: 'plays', tokenizer: { kind: 'char' }, holdOut: 0.1 });
      expect([data.training.length, data.validation!.length]).toEqual([1_003_854, 111_540]);
      const tokenizer = textTokenizer(data.tokenizer);
      expect(tokenizer.vocabulary).toBe(65);
      expect(tokenizer.decode(data.validation!)).toBe(text.slice(1_003_854));
      const pool = new WorkerPool({ workers: 2 });
      const losses: number[] = [];
      await trainGpt({
        settings: { ...NANO_GPT, steps: 40, warmupSteps: 20, evaluateEvery: 40, seed: 1 },
        data: { ...data, validation: data.validation!.slice(0, 1281) },
        pool,
        onEvent: ({ loss }) => void losses.push(loss),
      });
      await pool.dispose();
      expect(losses).toHaveLength(5);
      expect(losses[0]).toBeGreaterThan(3);
      expect(losses[4]).toBeLessThan(2.9);
    });
  },
);
