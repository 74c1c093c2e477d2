import { expect, it } from 'vitest';
import { colourPatch } from './colourPatch.js';

it('a patch becomes the pixels that it was, in either order of colours, without its padding', () => {
  const rule = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.5], divisor: 255, colorOrder: 'rgb' as const };
  const seen = (value: number, c: number) => (value / 255 - rule.mean[c]!) / rule.std[c]!;
  const patch = [seen(10, 0), 9, seen(20, 1), 9, seen(30, 2), 9];
  expect([...colourPatch(patch, [0, 1], rule)]).toEqual([10, 20, 30, 255, 0, 0, 0, 0]);
  expect([...colourPatch(patch, [0, 1], { ...rule, colorOrder: 'bgr' })].slice(0, 3)).toEqual([30, 20, 10]);
});
