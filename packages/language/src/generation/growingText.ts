/** What turns ids into text, special tokens left out. */
export interface TextDecoder {
  decode(ids: readonly number[]): string;
}

/**
 * The text behind a prompt as it grows token by token, as far as its characters are complete. Only the last tokens are decoded at each step: those that gave the last
 * piece of text, by which a decoder knows what stands before, and those behind them. How long a step takes does not depend on how long the text is.
 *
 * Source: the two offsets of Hugging Face text-generation-inference, `decode_token` (server/text_generation_server/models/model.py).
 *
 * @example
 * const text = new GrowingText(tokenizer, promptIds);
 * text.add(319); // ' it'
 */
export class GrowingText {
  readonly #decoder: TextDecoder | null;
  /** The last tokens: those before `#known` gave `#before`, which was given out already. */
  #ids: number[];
  #known: number;
  #before: string;
  /** How much of the text behind `#before` was given out while its last character was not complete. */
  #given = 0;
  #whole = '';

  constructor(decoder: TextDecoder | null, prompt: readonly number[]) {
    this.#decoder = decoder;
    this.#ids = [...prompt];
    this.#known = prompt.length;
    this.#before = decoder?.decode(prompt) ?? '';
  }

  /** All that was added. */
  get whole(): string {
    return this.#whole;
  }

  /** Adds a token; gives what the text grew by. */
  add(id: number): string {
    if (this.#decoder === null) return '';
    this.#ids.push(id);
    const fresh = this.#decoder.decode(this.#ids).slice(this.#before.length);
    const complete = fresh.replace(/\ufffd+$/, '');
    const added = complete.slice(this.#given);
    this.#whole += added;
    this.#given = Math.max(this.#given, complete.length);
    if (fresh !== '' && complete === fresh) this.#advance();
    return added;
  }

  /** What comes next is decoded behind the tokens of this last piece, unless they mean nothing by themselves. */
  #advance(): void {
    const last = this.#ids.slice(this.#known);
    const before = this.#decoder!.decode(last);
    this.#given = 0;
    if (before === '') {
      this.#before = this.#decoder!.decode(this.#ids);
      this.#known = this.#ids.length;
      return;
    }
    [this.#ids, this.#known, this.#before] = [last, last.length, before];
  }
}
