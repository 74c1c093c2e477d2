import { describe, expect, it } from 'vitest';
import { fuzzCase, fuzzCorpus } from './fuzz.js';

/** Cases from seed 1; `npm run fuzz` runs a hundred thousand. */
const CASES = Number(process.env.FUZZ_CASES ?? 1500);

describe('broken models', () => {
  it('are refused with a documented error, without a crash and without hanging', { timeout: 120_000 + CASES * 40 }, () => {
    const corpus = fuzzCorpus();
    for (let seed = 1; seed <= CASES; seed++) expect(fuzzCase(corpus, seed)).toBeNull();
  });
});
