import type { BytePairs } from './trainBpe.js';

/** Stands between documents. */
export const END_OF_TEXT = '<|endoftext|>';

/** The parts of Hugging Face's `tokenizer.json` that the tokenizers which are made here need; plain JSON. */
export interface TokenizerJson {
  readonly version: '1.0';
  readonly truncation: null;
  readonly padding: null;
  readonly added_tokens: readonly AddedToken[];
  readonly normalizer: null;
  readonly pre_tokenizer:
    | { readonly type: 'ByteLevel'; readonly add_prefix_space: false; readonly trim_offsets: true; readonly use_regex: true }
    | {
        readonly type: 'Split';
        readonly pattern: { readonly Regex: string };
        readonly behavior: 'Isolated';
        readonly invert: false;
      };
  readonly post_processor: null | TemplateProcessing;
  readonly decoder:
    | { readonly type: 'ByteLevel'; readonly add_prefix_space: true; readonly trim_offsets: true; readonly use_regex: true }
    | { readonly type: 'Fuse' };
  readonly model: {
    readonly type: 'BPE';
    readonly dropout: null;
    readonly unk_token: null;
    readonly continuing_subword_prefix: null;
    readonly end_of_word_suffix: null;
    readonly fuse_unk: false;
    readonly byte_fallback: false;
    readonly ignore_merges: false;
    readonly vocab: Readonly<Record<string, number>>;
    readonly merges: readonly (readonly [string, string])[];
  };
}

/** Puts a token before a text, and before each of two. */
interface TemplateProcessing {
  readonly type: 'TemplateProcessing';
  readonly single: readonly TemplatePart[];
  readonly pair: readonly TemplatePart[];
  readonly special_tokens: Readonly<
    Record<string, { readonly id: string; readonly ids: readonly number[]; readonly tokens: readonly string[] }>
  >;
}

type TemplatePart =
  | { readonly SpecialToken: { readonly id: string; readonly type_id: number } }
  | { readonly Sequence: { readonly id: 'A' | 'B'; readonly type_id: number } };

/** A token that stands for itself wherever it occurs. */
interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly single_word: false;
  readonly lstrip: false;
  readonly rstrip: false;
  readonly normalized: false;
  readonly special: true;
}

/** A tokenizer of byte pairs with {@link END_OF_TEXT} as its last token, as GPT-2's. */
export function bytePairTokenizer({ symbols, merges }: BytePairs): TokenizerJson {
  return {
    ...frame([endOfText(symbols.length)]),
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: model([...symbols, END_OF_TEXT], merges),
  };
}

/**
 * A tokenizer whose tokens are the characters (code points) of the given texts, in their order in Unicode; with {@link END_OF_TEXT} as its last token
 * where there are several texts.
 *
 * @example characterTokenizer(['to be or not to be']).model.vocab // { ' ': 0, b: 1, e: 2, … }
 */
export function characterTokenizer(texts: readonly string[]): TokenizerJson {
  const found = new Set<string>();
  for (const text of texts) for (const character of text) found.add(character);
  const characters = [...found].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  const added = texts.length > 1 ? [endOfText(characters.length)] : [];
  return {
    ...frame(added),
    pre_tokenizer: { type: 'Split', pattern: { Regex: '[\\s\\S]' }, behavior: 'Isolated', invert: false },
    decoder: { type: 'Fuse' },
    model: model([...characters, ...added.map(({ content }) => content)], []),
  };
}

/**
 * The tokenizer with {@link END_OF_TEXT} put before every text, for networks whose examples all began with it: a prompt is then read as the beginning of a text.
 *
 * @throws RangeError where it has no such token.
 */
export function beginningTokenizer(json: TokenizerJson): TokenizerJson {
  const end = json.added_tokens.find(({ content }) => content === END_OF_TEXT);
  if (end === undefined) throw new RangeError(`The tokenizer has no ${END_OF_TEXT} that could be put before texts.`);
  const begin: TemplatePart = { SpecialToken: { id: END_OF_TEXT, type_id: 0 } };
  const text = (id: 'A' | 'B'): TemplatePart => ({ Sequence: { id, type_id: 0 } });
  return {
    ...json,
    post_processor: {
      type: 'TemplateProcessing',
      single: [begin, text('A')],
      pair: [begin, text('A'), begin, text('B')],
      special_tokens: { [END_OF_TEXT]: { id: END_OF_TEXT, ids: [end.id], tokens: [END_OF_TEXT] } },
    },
  };
}

/** `tokenizer_config.json`: how many tokens the network sees at once, what ends a text, and that decoding changes no spaces; plain JSON. */
export function tokenizerConfig({ added_tokens, post_processor }: TokenizerJson, { block }: { readonly block: number }) {
  const ends = added_tokens.some(({ content }) => content === END_OF_TEXT);
  return {
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_max_length: block,
    clean_up_tokenization_spaces: false,
    add_bos_token: post_processor !== null,
    ...(post_processor !== null && { bos_token: END_OF_TEXT }),
    ...(ends && { eos_token: END_OF_TEXT }),
  };
}

function frame(added: readonly AddedToken[]) {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    post_processor: null,
  } as const;
}

function endOfText(id: number): AddedToken {
  return { id, content: END_OF_TEXT, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}

function model(tokens: readonly string[], merges: TokenizerJson['model']['merges']): TokenizerJson['model'] {
  return {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    merges,
  };
}
