import { align, type Span, type Spelled } from './align.js';
import { openEngine, type TokenizerEngine } from './engine.js';
import { type Merging, mergeRanks, mergeSteps, spellWord } from './merges.js';
import { type Scheme, schemeOf, type TokenizerJson } from './scheme.js';
import { sourceOf } from './source.js';
import { tokenBytes } from './tokenBytes.js';
import { dropsUnknown, unknownCharacter } from './unknownCharacters.js';
import { visibleBytes } from './visible.js';

/** A token of a text, and where in the text it is. */
export interface Token extends Span {
  readonly id: number;
  /** As the tokenizer's vocabulary spells it: `Ġworld`, `▁world`, `<0x0A>`. */
  readonly token: string;
  /** The bytes of text that it stands for. */
  readonly bytes: Uint8Array;
  /** For people, with white space visible: `·world`. */
  readonly label: string;
  /** Whether the tokenizer put it there (begin of text, end of text): its span is empty. */
  readonly inserted: boolean;
}

const KINDS = ['BPE', 'WordPiece', 'Unigram'];

/** Options of {@link TextTokenizer.encode}. */
export interface EncodeOptions {
  /** Whether to put the tokens that the tokenizer puts around a text (begin of text); default: as the tokenizer says. */
  readonly special?: boolean;
}

/** A tokenizer.json that cannot be used. */
export class TokenizerError extends Error {
  override readonly name = 'TokenizerError';
}

/**
 * Text to tokens and back, by a `tokenizer.json`. Cutting is done by @huggingface/tokenizers; where each token is in the text, byte
 * by byte, and how it was merged, is found here.
 *
 * @example
 * const tokenizer = new TextTokenizer(tokenizerJson, tokenizerConfig);
 * tokenizer.encode('Hello world').map(({ label, start, end }) => [label, start, end]); // [['Hello', 0, 5], ['·world', 5, 11]]
 */
export class TextTokenizer {
  readonly #json: TokenizerJson;
  readonly #tokenizer: TokenizerEngine;
  readonly #scheme: Scheme;
  readonly #ranks: ReadonlyMap<string, number> | null;
  readonly #added: ReadonlyMap<number, { readonly content: string; readonly special: boolean }>;
  readonly #unknown: number | undefined;
  readonly #drops: boolean;

  /**
   * @param json the parsed `tokenizer.json`.
   * @param config the parsed `tokenizer_config.json`, where there is one.
   * @throws TokenizerError where it is no tokenizer, or of a kind that is not known.
   */
  constructor(json: unknown, config: unknown = {}) {
    const parsed = json as TokenizerJson;
    if (parsed?.model?.vocab === undefined)
      throw new TokenizerError(
        'The tokenizer.json has no model with a vocabulary: it is not the file of that name that Hugging Face tokenizers write.',
      );
    if (parsed.model.type !== undefined && !KINDS.includes(parsed.model.type))
      throw new TokenizerError(`The tokenizer.json is of the kind "${parsed.model.type}"; known are ${KINDS.join(', ')}.`);
    try {
      this.#tokenizer = openEngine(parsed, (config ?? {}) as object);
    } catch (cause) {
      throw new TokenizerError(`The tokenizer.json cannot be used: ${(cause as Error).message}`, { cause });
    }
    this.#json = parsed;
    this.#scheme = schemeOf(parsed);
    this.#ranks = mergeRanks(parsed);
    this.#drops = dropsUnknown(parsed, this.#scheme);
    this.#added = new Map((parsed.added_tokens ?? []).map(({ id, content, special = false }) => [id, { content, special }]));
    this.#unknown = parsed.model.unk_token == null ? undefined : this.#tokenizer.token_to_id(parsed.model.unk_token);
  }

  /** One more than the largest id. */
  get size(): number {
    let most = -1;
    for (const id of this.#tokenizer.get_vocab(true).values()) most = Math.max(most, id);
    return most + 1;
  }

  /** What the tokenizer puts before a text, if anything: begin-of-text tokens. */
  get begin(): readonly number[] {
    return this.#around().before;
  }

  /**
   * Cuts a text. Spans of the tokens cover it without gaps, so that it can be put together again byte by byte. Bytes that are no
   * UTF-8 are tokenized as U+FFFD and keep their own spans.
   *
   * @throws TokenizerError for a character that the tokenizer has no token for, where it would be left out in silence; AlignmentError where the tokenizer changes a
   *   text in a way that is not known here.
   */
  encode(input: string | Uint8Array, { special = true }: EncodeOptions = {}): Token[] {
    const source = sourceOf(input);
    this.#refuseUnknown(source.text);
    const { ids } = this.#tokenizer.encode(source.text, { add_special_tokens: false });
    const spans = align(
      source,
      ids.map((id) => this.#spelled(id)),
      this.#scheme,
    );
    const own = ids.map((id, i) => this.#token(id, spans[i]!, false));
    if (!special) return own;
    const { before, after } = this.#around();
    const length = spans.at(-1)?.end ?? 0;
    const [first, last]: Span[] = [
      { byteStart: 0, byteEnd: 0, start: 0, end: 0 },
      { byteStart: source.byteLength, byteEnd: source.byteLength, start: length, end: length },
    ] as const;
    return [...before.map((id) => this.#token(id, first!, true)), ...own, ...after.map((id) => this.#token(id, last!, true))];
  }

  /** The ids alone. @throws TokenizerError as `encode`. */
  ids(input: string, { special = true }: EncodeOptions = {}): number[] {
    const { text } = sourceOf(input);
    this.#refuseUnknown(text);
    return this.#tokenizer.encode(text, { add_special_tokens: special }).ids;
  }

  /** Text of ids, as the tokenizer's decoder writes it; with `special` also the names of special tokens. Ids that the vocabulary lacks (models may embed more) are left out. */
  decode(ids: readonly number[], { special = false }: EncodeOptions = {}): string {
    const known = ids.filter((id) => this.#knows(id));
    if (known.length === 0) return '';
    return this.#tokenizer.decode(known, { skip_special_tokens: !special, clean_up_tokenization_spaces: false });
  }

  /** The bytes of text that a token stands for. */
  bytes(id: number): Uint8Array {
    return this.#spelled(id).bytes;
  }

  /** A token for people, with white space visible; `⟨E2 80⟩` where it is a part of a character, `[id]` where the vocabulary has none. */
  label(id: number): string {
    return this.#knows(id) ? visibleBytes(this.bytes(id)) : `[${id}]`;
  }

  /** The id of a token as the vocabulary spells it. */
  idOf(token: string): number | undefined {
    return this.#tokenizer.token_to_id(token);
  }

  /** Whether an id is a special token (begin or end of text, and the like). */
  isSpecial(id: number): boolean {
    return this.#added.get(id)?.special ?? false;
  }

  /**
   * How the words of a text were merged into tokens, merge by merge; null for tokenizers that do not merge (WordPiece, Unigram).
   * Special tokens in the text are left out.
   */
  merges(text: string): Merging[] | null {
    const ranks = this.#ranks;
    if (ranks === null) return null;
    return this.#words(sourceOf(text).text).map((word) => mergeSteps(word, ranks, this.#json, this.#scheme));
  }

  /**
   * How one token was merged from its characters: the same merges as in any text that holds it, for none reached beyond it. Null for tokens that
   * were not merged so (added ones), and tokenizers that do not merge.
   */
  mergesOf(id: number): Merging | null {
    const token = this.#tokenizer.id_to_token(id);
    if (this.#ranks === null || token === undefined || this.#added.has(id)) return null;
    if (/^<0x[0-9A-F]{2}>$/.test(token)) return { word: token, start: [token], steps: [], end: [token] };
    const { suffix } = this.#scheme;
    const ended = suffix !== '' && token.endsWith(suffix);
    const word = ended ? token.slice(0, -suffix.length) : token;
    const merging = mergeSteps(word, this.#ranks, this.#json, ended ? this.#scheme : { ...this.#scheme, suffix: '' });
    return merging.end.length === 1 ? merging : null;
  }

  #refuseUnknown(text: string): void {
    if (!this.#drops) return;
    const has = (character: string): boolean => this.#tokenizer.token_to_id(character) !== undefined;
    // Words show a space as ▁, also where the vocabulary has the space itself.
    const unknown = unknownCharacter(this.#words(text), (character) => has(character) || (character === '▁' && has(' ')));
    if (unknown !== null) throw new TokenizerError(unknown);
  }

  #words(text: string): string[] {
    const { normalizer, pre_tokenizer: cut } = this.#tokenizer;
    return this.#plainParts(text).flatMap((part) => {
      if (part === '') return [];
      const normal = normalizer === null ? part : normalizer(part);
      if (cut === null) return [spellWord(normal, { ...this.#scheme, spelling: 'metaspace' })];
      return cut(normal);
    });
  }

  /** What lies between the added tokens of a text. */
  #plainParts(text: string): string[] {
    const contents = [...this.#added.values()].map(({ content }) => content.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return contents.length === 0 ? [text] : text.split(new RegExp(contents.sort((a, b) => b.length - a.length).join('|'), 'u'));
  }

  #around(): { before: readonly number[]; after: readonly number[] } {
    const sample = 'a';
    const bare = this.#tokenizer.encode(sample, { add_special_tokens: false }).ids;
    const whole = this.#tokenizer.encode(sample, { add_special_tokens: true }).ids;
    const extra = whole.length - bare.length;
    const start = Array.from({ length: extra + 1 }, (_, i) => i).find((i) => bare.every((id, k) => whole[i + k] === id)) ?? 0;
    return { before: whole.slice(0, start), after: whole.slice(start + bare.length) };
  }

  #knows(id: number): boolean {
    return this.#added.has(id) || this.#tokenizer.id_to_token(id) !== undefined;
  }

  #spelled(id: number): Spelled {
    const added = this.#added.get(id);
    if (id === this.#unknown) return { bytes: new TextEncoder().encode(added?.content ?? '\ufffd'), kind: 'unknown' };
    if (added !== undefined) return { bytes: new TextEncoder().encode(added.content), kind: 'added' };
    const token = this.#tokenizer.id_to_token(id);
    if (token === undefined)
      throw new TokenizerError(`The id ${id} is not in the tokenizer's vocabulary of ${this.size} tokens.`);
    return { bytes: tokenBytes(token, this.#scheme), kind: 'text' };
  }

  #token(id: number, span: Span, inserted: boolean): Token {
    const token = this.#tokenizer.id_to_token(id) ?? this.#added.get(id)?.content ?? '';
    const { bytes } = this.#spelled(id);
    return { id, token, bytes, label: visibleBytes(bytes), inserted, ...span };
  }
}
