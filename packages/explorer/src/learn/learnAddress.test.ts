import { expect, it, vi } from 'vitest';

vi.stubGlobal('location', { search: '' });
vi.stubGlobal('addEventListener', () => {});
const { formatLearn, parseLearn } = await import('./learnAddress.js');

it('an address of the page Learn says what is shown, and no more', () => {
  for (const search of [
    '?page=learn',
    '?page=learn&run=sweep/runs/a/&step=420&loss=log&view=table',
    '?page=learn&run=',
    '?page=learn&study=lineage/',
  ])
    expect(formatLearn(parseLearn(search))).toBe(search);
  expect(parseLearn('?page=learn&step=-3&loss=x')).toEqual({ run: null, study: null, step: null, log: false, table: false });
});
