import type { TaskRef } from '@incognita/runtime';
import { loadEmoji } from './loadEmoji.node.js';

/** A drawing to try a network on. */
export interface SampleEmoji {
  readonly id: string;
  readonly name: string;
  /** A whole SVG document. */
  readonly svg: string;
}

/** The set that no embedded network has learnt from. */
const SET = 'emojione';
const SLUGS = [
  ...['tiger-face', 'dog-face', 'penguin', 'octopus', 'butterfly', 'whale', 'sunflower', 'tulip', 'red-apple', 'lemon', 'pizza'],
  ...['hamburger', 'automobile', 'fire-engine', 'bicycle', 'sailboat', 'airplane', 'house', 'mountain', 'grinning-face', 'eye'],
  ...['red-heart', 'soccer-ball', 'guitar', 'umbrella', 'alarm-clock', 'key', 'crown'],
];

/** The task that gives {@link SampleEmoji}s: reading the sets takes a second or two. */
export const sampleEmojiTask: TaskRef = {
  module: new URL('../../dist/emoji/sampleEmoji.task.node.js', import.meta.url).href,
  export: 'sampleEmoji',
};

/** Some drawings of things that look unlike each other, in a style that the embedded network has never seen. */
export function sampleEmoji(): readonly SampleEmoji[] {
  const { concepts, drawings } = loadEmoji();
  return SLUGS.flatMap((slug) => {
    const drawing = drawings.find((one) => one.set === SET && one.slug === slug && one.tone === null);
    const concept = concepts.find((one) => one.slug === slug);
    return drawing && concept ? [{ id: slug, name: concept.name, svg: drawing.svg }] : [];
  });
}
