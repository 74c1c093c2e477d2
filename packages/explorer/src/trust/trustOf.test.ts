import { describe, expect, it } from 'vitest';
import { sayTrust, TRUST_MARKS, trustOf } from './trustOf.js';

describe('how far an image is trusted', () => {
  it('is told by the marks: at a mark it is not below it, and what was not measured is no reason for doubt', () => {
    const scores = { naturalPercentile: 0.95, seedAgreement: null, twoAlternative: 0.69 };
    const verdict = trustOf(scores, TRUST_MARKS);
    expect(verdict.measures.map(({ state }) => state)).toEqual(['above', 'absent', 'below']);
    expect(verdict.trusted).toBe(false);
    expect(sayTrust(verdict)).toBe('doubtful: below the mark in two-alternative score; not measured: agreement of seeds');
    expect(trustOf({ ...scores, twoAlternative: 0.7 }, TRUST_MARKS).trusted).toBe(true);
  });
});
