import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textBatches } from './textBatches.task.js';
import { textWindows } from './textWindows.js';

const END = 9;
const texts = fc.array(fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 12 }), { minLength: 1, maxLength: 8 });
const joined = (parts: readonly (readonly number[])[]): number[] => parts.flatMap((part, i) => (i === 0 ? part : [END, ...part]));

describe('windows of a text', () => {
  it('foresee every token but the first once, and none of another text where texts are told apart', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 7 }), fc.boolean(), (parts, block, apart) => {
        const tokens = joined(parts);
        const { starts, lengths } = textWindows(tokens, { block, endOfText: apart ? END : null });
        const foreseen = starts.flatMap((start, w) => Array.from({ length: lengths[w]! }, (_, i) => start + i + 1));
        expect(foreseen).toEqual(tokens.map((_, i) => i).slice(1));
        expect(lengths.every((length) => length >= 1 && length <= block)).toBe(true);
        for (const [w, start] of starts.entries())
          if (apart) expect(tokens.slice(start + 1, start + lengths[w]!)).not.toContain(END);
      }),
    );
  });

  it('begin at every text, and after every block of a longer one', () => {
    expect(textWindows([END, 1, 2, 3, END, 4, END], { block: 3, endOfText: END })).toEqual({
      starts: [0, 3, 4],
      lengths: [3, 1, 2],
    });
    expect(textWindows([END, 1, 2, 3, END, 4, END], { block: 4, endOfText: null })).toEqual({ starts: [0, 4], lengths: [4, 2] });
  });
});

describe('batches that begin at texts', () => {
  it('begin with the end of the text before, and go on into the next text', async () => {
    const tokens = Uint16Array.from([0, 1, 2, END, 3, 4, END, 5, 6, 7, 8, END, 1, 1]);
    const make = textBatches({ tokens, block: 3, seed: 2, endOfText: END });
    const seen = new Map<string, string>();
    for (let step = 0; step < 60; step++) {
      const { input_ids, target } = await make({ step, from: 0, examples: 1 });
      seen.set((input_ids!.data as BigInt64Array).join(), (target!.data as BigInt64Array).join());
    }
    expect(Object.fromEntries(seen)).toEqual({
      ...{ '0,1,2': '1,2,9', '9,3,4': '3,4,9', '9,5,6': '5,6,7', '7,8,9': '8,9,1' },
    });
  });
});
