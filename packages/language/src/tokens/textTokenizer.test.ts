import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedJson } from '../testing/shared.node.js';
import { byteLevelTokenizer, metaspaceTokenizer } from '../testing/tokenizers.js';
import { TextTokenizer, type Token, TokenizerError } from './textTokenizer.js';

const tricky = [
  '',
  'hello world',
  ' hello',
  'hello  world\n\n\tx ',
  'Grüße, naïve café',
  'e\u0301 vs \u00e9, \u1e69 vs s\u0323\u0307',
  '日本語のテキスト',
  '한국어 \u1112\u1161\u11ab',
  '😀👩‍👩‍👧‍👦🏳️‍🌈 🇩🇪',
  'a\u200bb\u00a0c\u3000d\u2028e',
  'العربية עברית',
  '\u0000\u0007\u001b[0m',
  'x<|endoftext|>y <s> z</s>',
  '<|endoftext|>',
  '\ud800 alone, and \udc00',
  'ﬁ Å Ⅻ',
  '\r\n\r\n',
];

/** The input cut by the byte spans, and joined. */
function joined(input: string | Uint8Array, tokens: readonly Token[]): number[] {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  let at = 0;
  for (const token of tokens) {
    expect(token.byteStart).toBe(at);
    expect(token.byteEnd).toBeGreaterThanOrEqual(at);
    at = token.byteEnd;
  }
  return [...tokens.flatMap(({ byteStart, byteEnd }) => [...bytes.subarray(byteStart, byteEnd)])];
}

/** Any code points, lone surrogates among them. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0x2ff }), fc.integer({ min: 0, max: 0x10ffff })), { minLength: 1, maxLength: 12 })
  .map((codes) => String.fromCodePoint(...codes));

const kinds: [string, () => TextTokenizer][] = [
  ['byte-level BPE', () => new TextTokenizer(byteLevelTokenizer())],
  ['byte-level BPE behind NFC', () => new TextTokenizer(byteLevelTokenizer({ normalizer: { type: 'NFC' } }))],
  ['BPE with ▁ and bytes', () => new TextTokenizer(metaspaceTokenizer())],
  ['BPE with unknown tokens', () => new TextTokenizer(metaspaceTokenizer({ byteFallback: false }))],
];

describe.each(kinds)('%s', (_, open) => {
  const tokenizer = open();

  it.each(tricky)('covers %j without gaps', (text) => {
    const tokens = tokenizer.encode(text);
    if (text !== '') expect(joined(text, tokens)).toEqual([...new TextEncoder().encode(text)]);
    for (const { start, end } of tokens) expect([start >= 0, end >= start, end <= text.length]).toEqual([true, true, true]);
  });

  it('covers any text, and any bytes, without gaps', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(joined(text, tokenizer.encode(text))).toEqual([...new TextEncoder().encode(text)]);
      }),
      { numRuns: 150 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 24 }), (bytes) => {
        expect(joined(bytes, tokenizer.encode(bytes))).toEqual([...bytes]);
      }),
      { numRuns: 150 },
    );
  });

  it('merges words, step by step, into the tokens that the engine makes', () => {
    for (const text of tricky.filter((one) => !/<|\ud800/.test(one))) {
      const ends = tokenizer.merges(text)!.flatMap((word) => word.end);
      const tokens = tokenizer.encode(text, { special: false }).map(({ token }) => token);
      if (!tokens.includes('<unk>')) expect(ends).toEqual(tokens);
    }
  });
});

describe('spans', () => {
  it('give a character of several tokens to each, and its bytes one by one', () => {
    const tokens = new TextTokenizer(byteLevelTokenizer()).encode('a😀');
    expect(tokens.map(({ byteStart, byteEnd, start, end }) => [byteStart, byteEnd, start, end])).toEqual([
      [0, 1, 0, 1],
      [1, 2, 1, 3],
      [2, 3, 1, 3],
      [3, 4, 1, 3],
      [4, 5, 1, 3],
    ]);
    expect(tokens.map(({ label }) => label)).toEqual(['a', '⟨F0⟩', '⟨9F⟩', '⟨98⟩', '⟨80⟩']);
  });

  it('are empty for what the tokenizer put there', () => {
    const tokens = new TextTokenizer(metaspaceTokenizer()).encode('the');
    expect(tokens.map(({ token, label, inserted, start, end }) => [token, label, inserted, start, end])).toEqual([
      ['<s>', '<s>', true, 0, 0],
      ['▁the', '·the', false, 0, 3],
    ]);
  });

  it('keep the bytes of invalid UTF-8', () => {
    const bytes = Uint8Array.of(0x61, 0xff, 0xe2, 0x80, 0x62);
    const tokens = new TextTokenizer(byteLevelTokenizer()).encode(bytes);
    expect(joined(bytes, tokens)).toEqual([...bytes]);
    expect(
      tokens.filter(({ byteEnd, byteStart }) => byteEnd > byteStart).map(({ byteStart, byteEnd }) => [byteStart, byteEnd]),
    ).toEqual([
      [0, 1],
      [1, 2],
      [2, 4],
      [4, 5],
    ]);
  });

  it('give what normalization joined to the token that begins it', () => {
    const tokens = new TextTokenizer(byteLevelTokenizer({ normalizer: { type: 'NFC' } })).encode('e\u0301x');
    expect(tokens.map(({ byteStart, byteEnd, start, end }) => [byteStart, byteEnd, start, end])).toEqual([
      [0, 3, 0, 2],
      [3, 3, 0, 2],
      [3, 4, 2, 3],
    ]);
  });
});

describe('special tokens', () => {
  const tokenizer = new TextTokenizer(metaspaceTokenizer());

  it('can be left away, and are named', () => {
    expect(tokenizer.begin).toEqual([1]);
    expect(tokenizer.ids('the', { special: false })).toEqual([tokenizer.idOf('▁the')]);
    expect(tokenizer.encode('the', { special: false }).map(({ inserted }) => inserted)).toEqual([false]);
    expect(tokenizer.decode([1, tokenizer.idOf('▁the')!])).toBe('the');
    expect(tokenizer.isSpecial(1)).toBe(true);
  });

  it('are found in a text', () => {
    const tokens = new TextTokenizer(byteLevelTokenizer()).encode('a<|endoftext|>b');
    expect(tokens.map(({ start, end, inserted }) => [start, end, inserted])).toEqual([
      [0, 1, false],
      [1, 14, false],
      [14, 15, false],
    ]);
  });
});

describe('merges', () => {
  it('are listed with their ranks and the pieces after each', () => {
    const [hello, world] = new TextTokenizer(byteLevelTokenizer()).merges('hello world')!;
    expect(hello).toMatchObject({
      word: 'hello',
      start: ['h', 'e', 'l', 'l', 'o'],
      steps: [
        { left: 'h', right: 'e', rank: 0, at: 0 },
        { left: 'l', right: 'l', rank: 1, at: 1 },
        { left: 'he', right: 'll', rank: 2, at: 0 },
        { left: 'hell', right: 'o', rank: 3, at: 0, pieces: ['hello'] },
      ],
    });
    expect(world!.end).toEqual(['Ġwor', 'l', 'd']);
  });
});

describe('a tokenizer that cannot be used', () => {
  it('is refused with the reason', () => {
    expect(() => new TextTokenizer({ a: 1 })).toThrow(TokenizerError);
    expect(() => new TextTokenizer({ model: { type: 'Nonsense', vocab: {} } })).toThrow(TokenizerError);
    const tokenizer = new TextTokenizer(metaspaceTokenizer());
    expect(() => tokenizer.bytes(100000)).toThrow(/not in the tokenizer's vocabulary/);
    expect([tokenizer.label(100000), tokenizer.decode([100000, 1])]).toEqual(['[100000]', '']);
  });
});

const stories = sharedJson('stories260k/tokenizer.json');
describe.skipIf(stories === null)('the tokenizer of the shared story model', () => {
  it('gives the golden ids, and spans that cover every tricky text', () => {
    const tokenizer = new TextTokenizer(stories, sharedJson('stories260k/tokenizer_config.json'));
    expect(tokenizer.ids('Once upon a time 😀\n café  x')).toEqual([
      1, 403, 407, 261, 378, 410, 243, 162, 155, 131, 13, 280, 412, 431, 485, 410, 410, 444,
    ]);
    for (const text of tricky.filter((one) => one !== ''))
      expect(joined(text, tokenizer.encode(text))).toEqual([...new TextEncoder().encode(text)]);
  });
});

describe('the merges of one token', () => {
  it('are those that made it in a text, and of a byte there are none', () => {
    const tokenizer = new TextTokenizer(byteLevelTokenizer());
    const { start, steps, end } = tokenizer.mergesOf(tokenizer.idOf('hello')!)!;
    expect(start).toEqual(['h', 'e', 'l', 'l', 'o']);
    expect(steps).toEqual(tokenizer.merges('hello')![0]!.steps);
    expect(end).toEqual(['hello']);
    expect(tokenizer.mergesOf(tokenizer.idOf('<|endoftext|>')!)).toBeNull();
    const llama = new TextTokenizer(metaspaceTokenizer());
    expect(llama.mergesOf(llama.idOf('▁the')!)!.steps.map(({ pieces }) => pieces.join('|'))).toEqual(['▁t|h|e', '▁t|he', '▁the']);
    expect(llama.mergesOf(llama.idOf('<0x0A>')!)!.start).toEqual(['<0x0A>']);
  });
});
