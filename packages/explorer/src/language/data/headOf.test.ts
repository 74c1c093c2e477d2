import { expect, it } from 'vitest';
import { headOf } from './headOf.js';

it('heads of queries share heads of keys where there are fewer', () => {
  const card = {
    heads: [8],
    points: { 'k.0': { heads: 4, width: 8 }, 'z.0': { heads: 8, width: 8 }, 'v.0': { refused: 'hidden' } },
  };
  expect([0, 1, 2, 7].map((head) => headOf(card, 'k.0', head))).toEqual([0, 0, 1, 3]);
  expect(headOf(card, 'z.0', 5)).toBe(5);
  expect(headOf(card, 'v.0', 5)).toBe(5);
  expect(headOf(card, 'attn_in.0', 5)).toBeUndefined();
});
