import { createRandom } from '@incognita/runtime';
import { splitWords } from '../text/splitWords.js';

/** What is true in the world of a story at some word, by what it is about: `{ weather: 'snowy', feeling: 'cold' }`. */
export type Facts = Readonly<Record<string, string>>;

/** A word that might have come, and how probable it was. */
export interface Alternative {
  readonly word: string;
  readonly probability: number;
}

/** One word of a story, with the space before it. */
export interface StoryWord {
  readonly text: string;
  /** Its place in the story's text, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
  /** What it speaks of: `['colour/red']`; empty for words of grammar. */
  readonly concepts: readonly string[];
  /** What the reader knows of the world before this word. */
  readonly facts: Facts;
  /** All words that could stand here after what was said, this one among them. */
  readonly alternatives: readonly Alternative[];
}

/** One way in which a story may go on. */
export interface Way<T> {
  /** What is then said, with the space before each word. */
  readonly text: string;
  readonly value: T;
  /** Share of its probability among the ways; default 1. */
  readonly weight?: number;
  readonly concepts?: readonly string[];
}

/**
 * Tells one story word by word and writes down, at every word, what else could have been said and how probably.
 *
 * A story is a sequence of choices. No way of a choice may be the beginning of another, nor any word that may come of another, so that
 * the reader always knows which was taken: the probability of a word, and of its parts, is then exact, and nothing is hidden.
 */
export class Teller {
  readonly words: StoryWord[] = [];
  readonly #random: () => number;
  #facts: Facts = {};
  #length = 0;

  constructor(seed: number) {
    const random = createRandom(seed);
    this.#random = () => random.uniform();
  }

  /** Says what follows without a choice. */
  say(text: string, ...concepts: string[]): void {
    this.choose([{ text, value: null, concepts }]);
  }

  /** From now on this is so. */
  know(about: string, fact: string): void {
    this.#facts = { ...this.#facts, [about]: fact };
  }

  /**
   * Takes one of the ways and says it.
   *
   * @throws Error where one way is the beginning of another.
   */
  choose<T>(ways: readonly Way<T>[]): T {
    const spoken = ways.map((way) => ({ ...way, words: splitWords(way.text), weight: way.weight ?? 1 }));
    let open = spoken;
    const chosen = spoken[this.#draw(spoken)]!;
    for (const [i, word] of chosen.words.entries()) {
      const next = new Map<string, number>();
      for (const way of open) {
        const said = way.words[i];
        if (said === undefined)
          throw new Error(`"${way.text}" is the beginning of "${chosen.text}": the reader could not tell them apart.`);
        next.set(said, (next.get(said) ?? 0) + way.weight);
      }
      refuseBeginnings([...next.keys()]);
      const all = sum(open);
      this.#write(
        word,
        chosen.concepts ?? [],
        [...next].map(([text, weight]) => ({ word: text, probability: weight / all })),
      );
      open = open.filter((way) => way.words[i] === word);
    }
    if (open.length > 1)
      throw new Error(`"${chosen.text}" is the beginning of other ways, or there twice: the reader could not tell them apart.`);
    return chosen.value;
  }

  #draw(ways: readonly { readonly weight: number }[]): number {
    let left = this.#random() * sum(ways);
    for (const [i, { weight }] of ways.entries()) {
      left -= weight;
      if (left < 0) return i;
    }
    return ways.length - 1;
  }

  #write(text: string, concepts: readonly string[], alternatives: readonly Alternative[]): void {
    const from = this.#length;
    this.#length += text.length;
    this.words.push({ text, from, to: this.#length, concepts, facts: this.#facts, alternatives });
  }
}

/** A word that begins another could not be told from it by a reader of parts of words. */
function refuseBeginnings(words: readonly string[]): void {
  for (const word of words)
    for (const other of words)
      if (word !== other && other.startsWith(word))
        throw new Error(`The word "${word}" is the beginning of "${other}": the reader could not tell them apart.`);
}

function sum(ways: readonly { readonly weight: number }[]): number {
  return ways.reduce((total, { weight }) => total + weight, 0);
}
