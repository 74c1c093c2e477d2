import { textTokenizer } from './textTokenizer.js';
import { bytePairTokenizer, characterTokenizer, END_OF_TEXT, type TokenizerJson } from './tokenizerJson.js';
import { trainBpe } from './trainBpe.js';

/** Texts as tokens, to learn from and to measure on. */
export interface TextData {
  /** As users name it. */
  readonly name: string;
  /** One sentence for the card: what it is and how much. */
  readonly description: string;
  readonly tokenizer: TokenizerJson;
  /** In shared memory, which workers read without a copy. */
  readonly training: Uint16Array;
  /** Never learnt from; null where nothing was held out. */
  readonly validation: Uint16Array | null;
  /** What was held out, in words: `the last tenth of the text`. */
  readonly heldOut: string;
  readonly licences: readonly string[];
}

/** How a text becomes tokens. */
export type TokenizerChoice =
  | { readonly kind: 'char' }
  /** `vocabulary` tokens, the 256 bytes and the end of a text included. */
  | { readonly kind: 'bpe'; readonly vocabulary: number };

/** Options of {@link textData}. */
export interface TextDataOptions {
  readonly name: string;
  readonly tokenizer: TokenizerChoice;
  /** Share at the end that is held out: of the characters of a single text, of the number of several; from 0 to 0.9. */
  readonly holdOut: number;
  readonly licences?: readonly string[];
}

/**
 * Makes tokens of texts. The last part is held out, in order; byte pairs are learnt from the rest only, characters are those of all.
 *
 * @throws RangeError where there is no text, or more tokens than 65,536.
 * @example const data = textData([play], { name: 'play', tokenizer: { kind: 'char' }, holdOut: 0.1 });
 */
export function textData(texts: readonly string[], options: TextDataOptions): TextData {
  const { name, tokenizer: choice, holdOut, licences = [] } = options;
  if (!(holdOut >= 0 && holdOut <= 0.9))
    throw new RangeError(`A share of ${holdOut} cannot be held out; give one from 0 to 0.9.`);
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  if (characters < 2) throw new RangeError(`There is no text in "${name}" to learn from.`);
  const { learnt, unseen, heldOut } = divided(texts, holdOut);
  const json =
    choice.kind === 'char'
      ? characterTokenizer(texts)
      : bytePairTokenizer(trainBpe(learnt, { vocabulary: choice.vocabulary - 1 }));
  const tokenizer = textTokenizer(json);
  if (tokenizer.vocabulary > MOST)
    throw new RangeError(`${tokenizer.vocabulary} different tokens are more than ${MOST}; give fewer, or byte pairs.`);
  const tokens = (part: readonly string[]): Uint16Array => shared(tokenizer.encode(part.join(END_OF_TEXT)));
  const training = tokens(learnt);
  const validation = unseen.length === 0 ? null : tokens(unseen);
  const kind = choice.kind === 'char' ? 'characters' : 'byte pairs';
  return {
    name,
    description:
      `${count(characters)} characters in ${count(texts.length)} ${texts.length === 1 ? 'text' : 'texts'} as ` +
      `${count(training.length + (validation?.length ?? 0))} tokens: ${count(tokenizer.vocabulary)} different ${kind}.`,
    tokenizer: json,
    ...{ training, validation, heldOut, licences },
  };
}

const MOST = 2 ** 16;

function divided(
  texts: readonly string[],
  holdOut: number,
): { readonly learnt: readonly string[]; readonly unseen: readonly string[]; readonly heldOut: string } {
  const percent = `${Number((100 * holdOut).toFixed(1))} %`;
  if (holdOut === 0) return { learnt: texts, unseen: [], heldOut: 'nothing' };
  if (texts.length === 1) {
    const at = Math.floor(texts[0]!.length * (1 - holdOut));
    return { learnt: [texts[0]!.slice(0, at)], unseen: [texts[0]!.slice(at)], heldOut: `the last ${percent} of the text` };
  }
  const kept = Math.min(texts.length - 1, Math.max(1, Math.floor(texts.length * (1 - holdOut))));
  return {
    learnt: texts.slice(0, kept),
    unseen: texts.slice(kept),
    heldOut: `the last ${percent} of the texts`,
  };
}

function shared(ids: readonly number[]): Uint16Array {
  const tokens = new Uint16Array(new SharedArrayBuffer(2 * ids.length));
  tokens.set(ids);
  return tokens;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
