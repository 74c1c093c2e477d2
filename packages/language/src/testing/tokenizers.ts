import { toByteLevel } from '../tokens/byteLevel.js';

// Small tokenizers in the two spellings, for tests that must not depend on files.

const merged = (vocab: Record<string, number>, merges: readonly (readonly [string, string])[]): void => {
  for (const [left, right] of merges) vocab[left + right] ??= Object.keys(vocab).length;
};

/** Byte-level BPE as GPT-2's, with few merges, NFC where asked for, and an end-of-text token. */
export function byteLevelTokenizer({ normalizer = null as { type: string } | null } = {}): object {
  const vocab: Record<string, number> = {};
  for (let byte = 0; byte < 256; byte++) vocab[toByteLevel(Uint8Array.of(byte))] = byte;
  const merges = [
    ['h', 'e'],
    ['l', 'l'],
    ['he', 'll'],
    ['hell', 'o'],
    ['Ġ', 'w'],
    ['o', 'r'],
    ['Ġw', 'or'],
    ['Ġ', 'Ġ'],
  ] as const;
  merged(vocab, merges);
  return {
    version: '1.0',
    added_tokens: [
      {
        id: Object.keys(vocab).length,
        content: '<|endoftext|>',
        special: true,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
      },
    ],
    normalizer,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: { type: 'ByteLevel', trim_offsets: false },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      vocab,
      merges,
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
    },
  };
}

/** BPE as Llama's: ▁ for spaces, one put in front, bytes for what is not in the vocabulary, begin of text; without bytes an unknown token. */
export function metaspaceTokenizer({ byteFallback = true } = {}): object {
  const vocab: Record<string, number> = { '<unk>': 0, '<s>': 1, '</s>': 2 };
  const next = (token: string): void => {
    vocab[token] ??= Object.keys(vocab).length;
  };
  for (let byte = 0; byte < 256; byte++) next(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  for (const character of '▁abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,!?\'"é') next(character);
  const merges = [
    ['▁', 't'],
    ['h', 'e'],
    ['▁t', 'he'],
    ['▁', '▁'],
  ] as const;
  merged(vocab, merges);
  const special = (id: number, content: string) => ({
    id,
    content,
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  });
  return {
    version: '1.0',
    added_tokens: [special(0, '<unk>'), special(1, '<s>'), special(2, '</s>')],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Prepend', prepend: '▁' },
        { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
      ],
    },
    pre_tokenizer: null,
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [
        { SpecialToken: { id: '<s>', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { Sequence: { id: 'B', type_id: 1 } },
      ],
      special_tokens: { '<s>': { id: '<s>', ids: [1], tokens: ['<s>'] } },
    },
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: {
      type: 'BPE',
      vocab,
      merges,
      dropout: null,
      unk_token: '<unk>',
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: byteFallback,
    },
  };
}
