import { Tokenizer } from '@huggingface/tokenizers';
import { createRandom } from '@incognita/runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BYTE_SYMBOLS } from './byteSymbols.js';
import { splitWords } from './splitWords.js';
import { textTokenizer } from './textTokenizer.js';
import {
  beginningTokenizer,
  bytePairTokenizer,
  characterTokenizer,
  END_OF_TEXT,
  type TokenizerJson,
  tokenizerConfig,
} from './tokenizerJson.js';
import { trainBpe } from './trainBpe.js';

const rhyme =
  "Hush, little fox, the moon's asleep; the river's low, the well is deep.\n\nThe fox can't sleep, the fox won't rest: 12 owls have 12 eggs in 1 nest.  Übung – 東京 🦊🦊!\n";

/** Sennrich's algorithm as it is written: all pairs are counted again before every merge. */
function naiveBpe(text: string, vocabulary: number): string[][] {
  let words = splitWords(text).map((word) => Array.from(new TextEncoder().encode(word), (byte) => byte));
  const symbols = [...BYTE_SYMBOLS];
  const merges: string[][] = [];
  while (symbols.length < vocabulary) {
    const counts = new Map<string, number>();
    for (const word of words)
      for (let i = 0; i + 1 < word.length; i++) {
        const key = `${word[i]},${word[i + 1]}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    const parsed = [...counts].map(([key, count]) => ({ pair: key.split(',').map(Number), count }));
    parsed.sort((a, b) => b.count - a.count || a.pair[0]! - b.pair[0]! || a.pair[1]! - b.pair[1]!);
    if (!parsed[0] || parsed[0].count < 2) break;
    const [left, right] = parsed[0].pair as [number, number];
    words = words.map((word) => {
      const out: number[] = [];
      for (let i = 0; i < word.length; i++)
        if (word[i] === left && word[i + 1] === right) {
          out.push(symbols.length);
          i++;
        } else out.push(word[i]!);
      return out;
    });
    merges.push([symbols[left]!, symbols[right]!]);
    symbols.push(symbols[left]! + symbols[right]!);
  }
  return merges;
}

/** As a program reads it that has only the file. */
const read = (json: TokenizerJson): Tokenizer =>
  new Tokenizer(JSON.parse(JSON.stringify(json)), tokenizerConfig(json, { block: 8 }));

const TRICKY = [
  'The fox slept.',
  '  two spaces,\tand a tab\r\n\r\nlines  ',
  "it's 1234 o'clock, they'll say",
  '東京 🦊 é e\u0301 \u200d🏳️‍🌈',
  `one${END_OF_TEXT}two`,
  '__proto__ constructor',
];

describe('byte-pair encoding', () => {
  it('learns the merges that counting everything again would, also where pairs are equally frequent', () => {
    const random = createRandom(4);
    const texts = [
      rhyme,
      'aaaaaaaaaa aaa aaaa a aa',
      Array.from({ length: 2000 }, () => 'abcd '[random.integer(5)]).join(''),
      'low low low low low lower lower newest newest newest newest newest newest widest widest widest',
    ];
    for (const text of texts) expect(trainBpe([text], { vocabulary: 300 }).merges).toEqual(naiveBpe(text, 300));
  });

  it("finds the first merges of Sennrich's example", () => {
    const { merges, symbols } = trainBpe([' low'.repeat(5) + ' lower'.repeat(2) + ' newest'.repeat(6) + ' widest'.repeat(3)], {
      vocabulary: 260,
    });
    // es, est: nine times; then Ġl, lo and ow seven times, of which Ġl has the smallest ids and ow the next.
    expect(merges).toEqual([
      ['e', 's'],
      ['es', 't'],
      ['Ġ', 'l'],
      ['o', 'w'],
    ]);
    expect(symbols.slice(256)).toEqual(['es', 'est', 'Ġl', 'ow']);
  });

  it('stops where no pair occurs twice, and refuses a vocabulary without all bytes', () => {
    expect(trainBpe(['abc'], { vocabulary: 1000 }).merges).toEqual([]);
    expect(() => trainBpe(['a'], { vocabulary: 65 })).toThrow('vocabulary of 65 cannot hold the 256 bytes');
  });

  it('cuts a text into the ids that Hugging Face reads from its file, and both put it together again', () => {
    const json = bytePairTokenizer(trainBpe([rhyme], { vocabulary: 330 }));
    const [ours, theirs] = [textTokenizer(json), read(json)];
    expect(ours.vocabulary).toBe(257 + json.model.merges.length);
    for (const text of [rhyme, ...TRICKY]) {
      const ids = ours.encode(text);
      expect(ids).toEqual(theirs.encode(text).ids);
      expect(ours.decode(ids)).toBe(text);
      expect(theirs.decode(ids)).toBe(text);
    }
    expect(ours.encode(`a${END_OF_TEXT}b`)).toEqual([97, ours.endOfText, 98]);
  });

  it('does so for any text', () => {
    const json = bytePairTokenizer(trainBpe([rhyme], { vocabulary: 330 }));
    const [ours, theirs] = [textTokenizer(json), read(json)];
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const ids = ours.encode(text);
        expect(ids).toEqual(theirs.encode(text).ids);
        expect(ours.decode(ids)).toBe(text);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('a tokenizer of characters', () => {
  it('has the characters of its text in their order, and the ids that Hugging Face reads', () => {
    const json = characterTokenizer([rhyme]);
    const [ours, theirs] = [textTokenizer(json), read(json)];
    expect(ours.vocabulary).toBe(new Set(rhyme).size);
    expect(ours.encode('\n a')).toEqual([0, 1, json.model.vocab.a]);
    const ids = ours.encode(rhyme);
    expect(ids).toHaveLength([...rhyme].length);
    expect(ids).toEqual(theirs.encode(rhyme).ids);
    expect(ours.decode(ids)).toBe(rhyme);
    expect(theirs.decode(ids)).toBe(rhyme);
  });

  it('puts the end of a text before every prompt where its network began so, which is left away again where text is wanted', () => {
    const plain = characterTokenizer(['ab', 'c']);
    const theirs = read(beginningTokenizer(plain));
    expect(theirs.encode('ab').ids).toEqual([3, 0, 1]);
    expect(theirs.encode('ab', { add_special_tokens: false }).ids).toEqual([0, 1]);
    expect(theirs.decode([3, 0, 1], { skip_special_tokens: true })).toBe('ab');
    expect(textTokenizer(beginningTokenizer(plain)).encode('ab')).toEqual([0, 1]);
    expect(() => beginningTokenizer(characterTokenizer(['ab']))).toThrow('no <|endoftext|>');
  });

  it('has an end of the text where there are several, and says which character it does not know', () => {
    const ours = textTokenizer(characterTokenizer(['ab', 'c']));
    expect(ours.encode(`ab${END_OF_TEXT}c`)).toEqual([0, 1, 3, 2]);
    expect(() => ours.encode('abx')).toThrow('no token for "x" (U+0078)');
    expect(() => ours.decode([4])).toThrow('no token 4; the vocabulary has those from 0 to 3');
  });
});
