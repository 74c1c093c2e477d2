import { createRandom } from '@incognita/runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseToken, largest, type Sampling } from './sample.js';

const logits = Float32Array.of(2, 1, 0, -1, 1.5);

/** Shares of the tokens in many draws. */
function drawn(sampling: Sampling, seen: readonly number[] = [], count = 20_000): number[] {
  const random = createRandom(7);
  const shares = new Array<number>(logits.length).fill(0);
  for (let i = 0; i < count; i++) shares[chooseToken(logits, seen, sampling, random).id]! += 1 / count;
  return shares;
}

/** exp(x / temperature) of the tokens that are left, over their sum. */
function expected(values: readonly number[], temperature: number, left: readonly number[]): number[] {
  const parts = values.map((v, id) => (left.includes(id) ? Math.exp(v / temperature) : 0));
  const total = parts.reduce((a, b) => a + b, 0);
  return parts.map((v) => v / total);
}

function close(a: readonly number[], b: readonly number[]): void {
  for (const [i, value] of a.entries()) expect(Math.abs(value - b[i]!)).toBeLessThan(0.015);
}

describe('choosing a token', () => {
  it('takes the most probable one without temperature, of equal ones the first', () => {
    expect(chooseToken(Float32Array.of(0, 3, 3), [], {}, createRandom(1)).id).toBe(1);
  });

  it('draws as often as the probabilities say', () => {
    close(drawn({ temperature: 1 }), expected([...logits], 1, [0, 1, 2, 3, 4]));
    close(drawn({ temperature: 0.5 }), expected([...logits], 0.5, [0, 1, 2, 3, 4]));
  });

  it('draws among the k most probable, and among those with the share p', () => {
    close(drawn({ temperature: 1, topK: 2 }), expected([...logits], 1, [0, 4]));
    // Shares are about 0.42, 0.15, 0.06, 0.02 and 0.25 of 0.9: the first two reach 0.6, the third is needed for 0.8.
    close(drawn({ temperature: 1, topP: 0.7 }), expected([...logits], 1, [0, 4]));
    close(drawn({ temperature: 1, topP: 0.8 }), expected([...logits], 1, [0, 1, 4]));
  });

  it('draws from a nucleus of hundreds of tokens as from all of them in order', () => {
    const many = Float32Array.from({ length: 900 }, (_, id) => Math.sin(id * id) + (id % 3 === 0 ? 0.5 : 0));
    const shares = expected([...many], 0.8, [...many.keys()]);
    for (const topP of [0.3, 0.62, 0.95]) {
      const order = [...many.keys()].sort((a, b) => shares[b]! - shares[a]! || a - b);
      let [kept, mass] = [0, 0];
      while (mass < topP - 1e-12) mass += shares[order[kept++]!]!;
      expect(kept).toBeGreaterThan(64);
      const random = createRandom(5);
      const twin = createRandom(5);
      for (let i = 0; i < 200; i++) {
        let [left, at] = [twin.uniform() * mass, 0];
        while (left >= shares[order[at]!]!) left -= shares[order[at++]!]!;
        expect(chooseToken(many, [], { temperature: 0.8, topP }, random).id).toBe(order[at]);
      }
    }
  });

  it('makes tokens of the text less probable: positive logits are divided, negative ones multiplied', () => {
    close(drawn({ temperature: 1, repetitionPenalty: 2 }, [0, 3, 3]), expected([1, 1, 0, -2, 1.5], 1, [0, 1, 2, 3, 4]));
    expect(chooseToken(logits, [0], { repetitionPenalty: 2 }, createRandom(1)).id).toBe(4);
  });

  it('gives probabilities of the model itself, whatever is cut off', () => {
    const { id, logprob, top } = chooseToken(logits, [], { temperature: 1, topK: 1 }, createRandom(1));
    const shares = expected([...logits], 1, [0, 1, 2, 3, 4]);
    expect(logprob).toBeCloseTo(Math.log(shares[id]!), 6);
    expect(top.map((one) => one.id)).toEqual([0, 4, 1, 2, 3]);
  });

  it('refuses logits that are no numbers', () => {
    expect(() => chooseToken(Float32Array.of(1, Number.NaN), [], {}, createRandom(1))).toThrow(
      /logit of token 1 is not a number/,
    );
    expect(() => chooseToken(Float32Array.of(-Infinity, -Infinity), [], {}, createRandom(1))).toThrow(
      /largest logit is -Infinity/,
    );
    expect(() => chooseToken(Float32Array.of(Number.NaN, 1), [], {}, createRandom(1))).toThrow(/token 0 is not a number/);
  });

  it('finds the largest of any numbers, in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        (values, count) => {
          const order = values.map((_, i) => i).sort((a, b) => values[b]! - values[a]! || a - b);
          expect(largest(values, count)).toEqual(order.slice(0, count));
        },
      ),
    );
  });
});
