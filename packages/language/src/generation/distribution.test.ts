import { createRandom } from '@incognita/runtime';
import { describe, expect, it } from 'vitest';
import { distribution } from './distribution.js';
import { chooseToken, NotFiniteLogitsError, type Sampling } from './sample.js';

const random = createRandom(3);
const logits = Float32Array.from({ length: 60 }, () => 8 * (random.uniform() - 0.5));

describe('a choice laid open', () => {
  it.each<Sampling>([
    { temperature: 0 },
    { temperature: 1 },
    { temperature: 0.7, topK: 5 },
    { temperature: 1.3, topP: 0.6 },
    { temperature: 1, topK: 12, topP: 0.8, repetitionPenalty: 1.4 },
  ])('is the choice that generation makes, with chances that add up to one: %j', (sampling) => {
    const stream = createRandom(9);
    for (let drawn = 0; drawn < 20; drawn++) {
      const { id } = chooseToken(logits, [2, 5], sampling, stream);
      const open = distribution(logits, [2, 5], sampling, { seed: 9, drawn, count: 60 });
      expect(open.id).toBe(id);
      expect(open.candidates.reduce((sum, one) => sum + one.chance, 0)).toBeCloseTo(1, 10);
      expect(open.candidates.reduce((sum, one) => sum + one.probability, 0)).toBeCloseTo(1, 6);
      expect(open.candidates.filter((one) => one.chance > 0).length).toBe(open.kept);
      expect(open.candidates.find((one) => one.id === id)!.chance).toBeGreaterThan(0);
    }
  });

  it('says what cut a token off, and shows the chosen one among few', () => {
    const { candidates, kept } = distribution(
      logits,
      [],
      { temperature: 1, topK: 4, topP: 0.5 },
      { seed: 1, drawn: 0, count: 8 },
    );
    const cuts = candidates.map((one) => one.cut);
    expect([kept <= 4, cuts.slice(4)]).toEqual([true, ['top-k', 'top-k', 'top-k', 'top-k']]);
    expect(cuts.slice(kept, 4).every((cut) => cut === 'top-p')).toBe(true);
    const hot = distribution(logits, [], { temperature: 50 }, { seed: 4, drawn: 2, count: 3 });
    expect(hot.candidates.some((one) => one.id === hot.id)).toBe(true);
  });

  it('of logits that are no numbers is refused', () => {
    expect(() => distribution(Float32Array.of(1, Number.NaN), [], {}, { seed: 1, drawn: 0, count: 2 })).toThrow(
      NotFiniteLogitsError,
    );
  });
});
