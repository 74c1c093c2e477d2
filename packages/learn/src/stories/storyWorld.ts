import { type StoryWord, Teller } from './teller.js';
import { tellStory } from './tellStory.js';

/** A story of which everything is known. */
export interface Story {
  readonly text: string;
  readonly words: readonly StoryWord[];
  /** Sum over the words of the entropy of each, given the words before it, in nats. */
  readonly entropy: number;
  /** −log of the probability of this very story, in nats; on average the entropy. */
  readonly surprise: number;
}

/** Stories without end, each by its number. */
export interface StoryWorld {
  readonly seed: number;
  /** The story of a number from 0 on; the same for the same seed. */
  story(number: number): Story;
}

/**
 * A small world in which animals have names, colours and homes, weather brings feelings, and friends have what helps. It tells stories by a grammar that is
 * known exactly: at every word there is the true probability of each word that could come, what the word speaks of, and what is true in the world. A
 * language model that has learnt it perfectly has the loss of its entropy, and no less.
 *
 * @example
 * const { text, words } = storyWorld({ seed: 1 }).story(0);
 * words[1].concepts; // ['weather/snowy']
 */
export function storyWorld({ seed }: { readonly seed: number }): StoryWorld {
  return {
    seed,
    story(number) {
      const teller = new Teller(seed * 1_000_003 + number);
      tellStory(teller);
      const { words } = teller;
      return {
        text: words.map((word) => word.text).join(''),
        words,
        entropy: words.reduce((sum, word) => sum + entropyOf(word), 0),
        surprise: words.reduce(
          (sum, word) => sum - Math.log(word.alternatives.find(({ word: text }) => text === word.text)!.probability),
          0,
        ),
      };
    },
  };
}

/** −Σ p log p over the words that could stand in a word's place, in nats. */
export function entropyOf({ alternatives }: StoryWord): number {
  return alternatives.reduce((sum, { probability: p }) => sum - p * Math.log(p), 0);
}

/** The stories of the numbers [from, to), as texts. */
export function storyTexts(world: StoryWorld, { from, to }: { readonly from: number; readonly to: number }): string[] {
  return Array.from({ length: to - from }, (_, i) => world.story(from + i).text);
}
