import type { Model } from '@incognita/onnx';
import { GraphBuilder } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { splitWords } from '../text/splitWords.js';
import { textTokenizer } from '../text/textTokenizer.js';
import { bytePairTokenizer } from '../text/tokenizerJson.js';
import { trainBpe } from '../text/trainBpe.js';
import { ANIMALS, NAMES } from './concepts.js';
import { evaluateStories } from './evaluateStories.node.js';
import { storyTokens } from './storyTokens.js';
import { entropyOf, storyTexts, storyWorld } from './storyWorld.js';
import { Teller } from './teller.js';

const world = storyWorld({ seed: 1 });
const many = Array.from({ length: 400 }, (_, i) => world.story(i));

describe('a teller', () => {
  it('knows the probability of every word, also where ways begin alike', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 3000; seed++) {
      const t = new Teller(seed);
      t.choose([
        { text: ' a red fox', value: 1, weight: 2 },
        { text: ' a blue fox', value: 2 },
        { text: ' one owl', value: 3 },
      ]);
      const said = t.words.map(({ text }) => text).join('');
      counts.set(said, (counts.get(said) ?? 0) + 1);
      expect(t.words[0]!.alternatives).toEqual([
        { word: ' a', probability: 3 / 4 },
        { word: ' one', probability: 1 / 4 },
      ]);
      if (said.startsWith(' a ')) expect(t.words[1]!.alternatives.map(({ probability }) => probability)).toEqual([2 / 3, 1 / 3]);
    }
    expect(counts.get(' a red fox')! / 3000).toBeCloseTo(0.5, 1);
    expect(counts.get(' one owl')! / 3000).toBeCloseTo(0.25, 1);
  });

  it('refuses ways that the reader could not tell apart', () => {
    const tell = (...texts: string[]) => new Teller(1).choose(texts.map((text) => ({ text, value: text })));
    expect(() => tell(' a fox', ' a fox ran')).toThrow('the reader could not tell them apart');
    expect(() => tell(' no fox', ' not a fox')).toThrow('word " no" is the beginning of " not"');
    expect(() => tell(' a fox', ' a fox')).toThrow('the reader could not tell them apart');
  });
});

describe('the story world', () => {
  it('tells this story', () => {
    expect(world.story(0).text).toMatchInlineSnapshot(
      `"One stormy afternoon, a black fox named Ida waited in the forest. Ida was afraid because of the thunder. She wanted to see something bright, so she ran to the hill. There she met Nora, a red bear from the river. "Hello, Ida!" said Nora. Nora had a brown lantern and brought it to Ida. Then they lit the brown lantern on the hill and sang. "You are kind," said Ida to the red bear. Now Ida was brave and not afraid. In the evening the storm was over, and Ida ran home to the forest with the lantern."`,
    );
  });

  it('tells the same stories to the same seed, and others to another', () => {
    expect(storyTexts(storyWorld({ seed: 1 }), { from: 3, to: 5 })).toEqual([many[3]!.text, many[4]!.text]);
    expect(storyWorld({ seed: 2 }).story(0).text).not.toBe(many[0]!.text);
    expect(new Set(many.map(({ text }) => text)).size).toBe(many.length);
  });

  it('has words with their places in the text, as byte-pair encoding cuts it', () => {
    for (const { text, words } of many) {
      expect(words.map((word) => word.text)).toEqual(splitWords(text));
      for (const { text: word, from, to } of words) expect(text.slice(from, to)).toBe(word);
    }
  });

  it('has true probabilities: they sum to one, and on average a story is as surprising as its entropy says', () => {
    for (const { words } of many.slice(0, 50))
      for (const { alternatives } of words)
        expect(alternatives.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1);
    const differences = many.map(({ entropy, surprise }) => surprise - entropy);
    const mean = differences.reduce((a, b) => a + b, 0) / many.length;
    const deviation = Math.sqrt(differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / many.length);
    expect(Math.abs(mean)).toBeLessThan((4 * deviation) / Math.sqrt(many.length));
  });

  it('has probabilities that are those of its words: counted after the same beginning', () => {
    const feelings = many.flatMap(({ words }) => {
      const at = words.findIndex(({ concepts }) => concepts[0]?.startsWith('feeling/'));
      return words[at]!.facts.weather === 'stormy' ? [words[at]!] : [];
    });
    const afraid = feelings.filter(({ text }) => text === ' afraid').length / feelings.length;
    expect(feelings[0]!.alternatives.find(({ word }) => word === ' afraid')!.probability).toBeCloseTo(0.6);
    expect(Math.abs(afraid - 0.6)).toBeLessThan(4 * Math.sqrt(0.24 / feelings.length));
  });

  it('keeps what it has said: colours, homes and things come back, and animals move as they do', () => {
    for (const { words, text } of many) {
      const [hero, friend] = NAMES.filter(({ name }) => text.includes(name)).map(({ name }) => name);
      expect(hero && friend).toBeTruthy();
      const last = words.at(-1)!.facts;
      expect(text).toContain(`${last.thingColour} ${last.thing}`);
      expect(text).toContain(` ${ANIMALS[last.heroAnimal as keyof typeof ANIMALS]} to the `);
      expect(words.filter((word) => entropyOf(word) === 0).length).toBeGreaterThan(80);
    }
  });

  it('is known token by token, with any vocabulary of byte pairs', () => {
    for (const vocabulary of [256, 300, 500, 800]) {
      const tokenizer = textTokenizer(bytePairTokenizer(trainBpe(storyTexts(world, { from: 0, to: 60 }), { vocabulary })));
      for (const story of many.slice(0, 20)) {
        const tokens = storyTokens(story, tokenizer);
        expect(tokenizer.decode(tokens.slice(0, -1).map(({ id }) => id))).toBe(story.text);
        expect(tokens.map(({ id }) => id).slice(0, -1)).toEqual(tokenizer.encode(story.text));
        expect(tokens.reduce((sum, { probability }) => sum - Math.log(probability), 0)).toBeCloseTo(story.surprise, 8);
      }
    }
  });

  it('measures a model against the truth: one that knows nothing has the loss of its vocabulary', async () => {
    const tokenizer = textTokenizer(bytePairTokenizer(trainBpe(storyTexts(world, { from: 0, to: 60 }), { vocabulary: 500 })));
    const options = { world, tokenizer, from: 100, to: 118 };
    const { loss, surprise, tokens, stories } = await evaluateStories(indifferent(tokenizer.vocabulary), options);
    expect(loss).toBeCloseTo(Math.log(tokenizer.vocabulary), 4);
    expect(stories).toBe(18);
    const told = many.slice(100, 118);
    expect(surprise * tokens).toBeCloseTo(told.reduce((sum, story) => sum + story.surprise, 0));
  });
});

/** A decoder to which all tokens are equal. */
function indifferent(vocabulary: number): Model {
  const b = new GraphBuilder();
  const ids = b.input('input_ids', 'int64', ['n', 's']);
  const shape = b.op('Concat', [b.op('Shape', [ids]), b.i64([vocabulary])], { axis: 0 });
  b.output(b.op('Expand', [b.f32(0), shape]), 'float32', ['n', 's', vocabulary], 'logits');
  return b.model();
}
