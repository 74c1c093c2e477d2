import type { EmojiConcept } from './emojiConcepts.js';
import type { EmojiSet } from './emojiSets.js';
import type { EmojiDrawing, EmojiWorld } from './loadEmoji.node.js';

/** Everything that is known of one drawing, by names that a table can have as columns. */
export interface DrawingFacts {
  /** Name of the concept; the class that networks learn. */
  readonly label: string;
  /** Slug of the concept's group: `animals-nature`. */
  readonly group: string;
  readonly artist: string;
  readonly set: string;
  /** `training`, or `held out` where the set is the style that no network sees. */
  readonly role: EmojiSet['role'];
  readonly tone: EmojiDrawing['tone'];
  readonly gender: EmojiConcept['gender'];
  readonly age: EmojiConcept['age'];
}

/**
 * Labels of every drawing of a world, in their order: concept, group, artist, skin tone, gender, age. What a label says nothing about is null.
 *
 * @example
 * const world = loadEmoji();
 * const facts = drawingFacts(world);
 * const older = world.drawings.filter((_, i) => facts[i].age === 'older'); // examples for a direction "older"
 */
export function drawingFacts(world: EmojiWorld): DrawingFacts[] {
  const concepts = new Map(world.concepts.map((concept) => [concept.slug, concept]));
  const sets = new Map(world.sets.map((set) => [set.name, set]));
  return world.drawings.map(({ slug, set: name, tone }) => {
    const { name: label, group, gender, age } = concepts.get(slug)!;
    const { artist, role } = sets.get(name)!;
    return { label, group: groupSlug(group), artist, set: name, role, tone, gender, age };
  });
}

/** A group's name as it is written in commands and folders: "Animals & Nature" is `animals-nature`. */
export function groupSlug(group: string): string {
  return group
    .toLowerCase()
    .replace(/[^a-z]+/g, '-')
    .replace(/^-|-$/g, '');
}
