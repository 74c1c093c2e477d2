import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteLevelTokenizer, metaspaceTokenizer } from '../testing/tokenizers.js';
import { TextTokenizer } from '../tokens/textTokenizer.js';
import { GrowingText } from './growingText.js';

const words = fc.constantFrom(
  'the',
  ' the',
  ' cat',
  'é',
  ' 東京',
  '🦊',
  '👩‍👩‍👧',
  '  ',
  '\n',
  "'s",
  ' <s>',
  '</s>',
  '<|endoftext|>',
  '.',
);
const kinds: [string, () => TextTokenizer][] = [
  ['byte-level BPE', () => new TextTokenizer(byteLevelTokenizer())],
  ['BPE with ▁ and bytes', () => new TextTokenizer(metaspaceTokenizer())],
  ['WordPiece', () => new TextTokenizer(wordPiece())],
];

/** As BERT's: pieces within a word begin with ##, spaces are put between words. */
function wordPiece(): object {
  const pieces = ['[UNK]', 'the', '##the', 'cat', '##cat', '.', '##.', "'", "##'", 's', '##s', 'é', '##é'];
  return {
    version: '1.0',
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
    },
  };
}

describe.each(kinds)('text that grows, by %s', (_, open) => {
  const tokenizer = open();

  it('is what decoding everything gives, wherever the prompt ends', () => {
    fc.assert(
      fc.property(fc.array(words, { minLength: 2, maxLength: 14 }), fc.nat({ max: 30 }), (parts, cut) => {
        const ids = tokenizer.ids(parts.join(''));
        const prompt = ids.slice(0, cut % ids.length);
        const before = tokenizer.decode(prompt);
        fc.pre(!before.endsWith('\ufffd'));
        const text = new GrowingText(tokenizer, prompt);
        let added = '';
        for (let i = prompt.length; i < ids.length; i++) {
          added += text.add(ids[i]!);
          const whole = tokenizer.decode(ids.slice(0, i + 1)).slice(before.length);
          expect(added).toBe(whole.replace(/\ufffd+$/, ''));
        }
        expect(text.whole).toBe(added);
      }),
      { numRuns: 200 },
    );
  });
});

it('decodes a few tokens at each step, however long the text is', () => {
  const tokenizer = new TextTokenizer(byteLevelTokenizer());
  const lengths: number[] = [];
  const counting = {
    decode(ids: readonly number[]) {
      lengths.push(ids.length);
      return tokenizer.decode(ids);
    },
  };
  const ids = tokenizer.ids('the cat said: "東京 🦊" '.repeat(20));
  const text = new GrowingText(counting, ids.slice(0, 5));
  lengths.length = 0;
  for (const id of ids.slice(5)) text.add(id);
  expect(Math.max(...lengths.slice(2))).toBeLessThan(14);
});

it('is empty without a tokenizer', () => {
  expect(new GrowingText(null, [1, 2]).add(3)).toBe('');
});
