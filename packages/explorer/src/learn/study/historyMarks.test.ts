import type { HistoricalSystem, SweepRun } from '@incognita/workspace/schema';
import { expect, it } from 'vitest';
import { historyMarks } from './historyMarks.js';

const run: SweepRun = {
  ...{ name: 'width1', width: 1, data: 1, steps: 10, state: 'finished', parameters: 1000, examples: 5, flops: 1e9 },
  result: { loss: { heldOut: 2, training: 1 }, accuracy: null, seconds: 3 },
};
const past: HistoricalSystem = {
  ...{ name: 'GPT-4', year: 2023, parameters: 1.8e12, flops: 2.1e25, speculative: true, sources: [] },
  data: { amount: 1.3e13, unit: 'tokens' },
};

it('rumoured systems are marked as such beside own runs; runs and systems without numbers are left out', () => {
  const marks = historyMarks(
    [run, { ...run, name: 'later', state: 'waiting', result: null }],
    [past, { ...past, name: 'X', flops: null }],
  );
  expect(marks.map(({ name, kind }) => [name, kind])).toEqual([
    ['width1', 'own'],
    ['GPT-4 (speculative)', 'rumour'],
  ]);
  expect(marks[1]!.detail).toContain('not confirmed');
});
