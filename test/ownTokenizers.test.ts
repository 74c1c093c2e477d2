import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextTokenizer, type Token } from '../packages/language/dist/index.js';
import {
  beginningTokenizer,
  bytePairTokenizer,
  characterTokenizer,
  embeddedModel,
  textTokenizer,
  tokenizerConfig,
  trainBpe,
} from '../packages/learn/dist/index.js';

// The tokenizers that are made here, read as any other: every byte of a text belongs to one token.

const TRICKY = [
  'One snowy morning, a fox.',
  '  two spaces,\tand a tab\r\n\r\nlines  ',
  "it's 1234 o'clock, they'll say",
  'e\u0301 vs \u00e9, \u1e69 vs s\u0323\u0307',
  '日本語のテキスト 한국어',
  '😀👩‍👩‍👧‍👦🏳️‍🌈 🇩🇪',
  'a\u200bb\u00a0c\u3000d\u2028e\u0000',
  'العربية עברית',
  'x<|endoftext|>y',
];

function joined(bytes: Uint8Array, tokens: readonly Token[]): number[] {
  let at = 0;
  for (const { byteStart, byteEnd } of tokens) {
    expect([byteStart, byteEnd >= byteStart]).toEqual([at, true]);
    at = byteEnd;
  }
  expect(at).toBe(bytes.length);
  return tokens.flatMap(({ byteStart, byteEnd }) => [...bytes.subarray(byteStart, byteEnd)]);
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const story = JSON.parse(await readFile(join(embeddedModel('story-gpt')!.dir, 'tokenizer.json'), 'utf8'));
const pairs = bytePairTokenizer(trainBpe(TRICKY, { vocabulary: 300 }));

describe.each([
  ['of the embedded story model', story],
  ['of byte pairs that were learnt', pairs],
  ['of byte pairs, with the end of a text before each', beginningTokenizer(pairs)],
])('the tokenizer %s', (_, json) => {
  const tokenizer = new TextTokenizer(json, tokenizerConfig(json, { block: 64 }));

  it('gives the ids that training had, and tokens that cover every text and any bytes', () => {
    const ours = textTokenizer(json);
    for (const text of TRICKY) {
      const tokens = tokenizer.encode(text, { special: false });
      expect(tokens.map(({ id }) => id)).toEqual(ours.encode(text));
      expect(joined(utf8(text), tokens)).toEqual([...utf8(text)]);
      expect(joined(utf8(text), tokenizer.encode(text))).toEqual([...utf8(text)]);
    }
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 24 }), (bytes) => {
        expect(joined(bytes, tokenizer.encode(bytes))).toEqual([...bytes]);
      }),
      { numRuns: 150 },
    );
  });

  it('shows what it puts before a text, if anything', () => {
    const begins = json.post_processor !== null;
    expect(tokenizer.begin).toEqual(begins ? [textTokenizer(json).endOfText] : []);
    const [first] = tokenizer.encode('fox');
    expect([first!.inserted, first!.token === '<|endoftext|>']).toEqual([begins, begins]);
  });
});

describe('a tokenizer of characters', () => {
  it('covers the texts of its characters, each by one token, and says which character it lacks', () => {
    const json = characterTokenizer(TRICKY.slice(0, 8));
    const tokenizer = new TextTokenizer(json, tokenizerConfig(json, { block: 64 }));
    for (const text of TRICKY.slice(0, 8)) {
      const tokens = tokenizer.encode(text);
      expect(tokens).toHaveLength([...text].length);
      expect(joined(utf8(text), tokens)).toEqual([...utf8(text)]);
      expect(tokenizer.decode(tokens.map(({ id }) => id))).toBe(text);
    }
    for (const read of [() => tokenizer.encode('fox Q'), () => tokenizer.ids('fox Q')])
      expect(read).toThrow('no token for "Q" (U+0051): it knows the characters of the text that it was made from only');
  });
});
