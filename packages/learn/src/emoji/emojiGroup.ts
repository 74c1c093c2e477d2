import { nearestNames } from '@incognita/onnx';
import { groupSlug } from './drawingFacts.js';
import type { EmojiWorld } from './loadEmoji.node.js';

/**
 * The part of the world that one group's concepts make.
 *
 * @param group a slug such as `animals-nature`.
 * @throws RangeError that lists the groups where there is none of this name.
 */
export function emojiGroup(world: EmojiWorld, group: string): EmojiWorld {
  const concepts = world.concepts.filter((concept) => groupSlug(concept.group) === group);
  if (concepts.length === 0) {
    const groups = [...new Set(world.concepts.map((concept) => groupSlug(concept.group)))].sort();
    throw new RangeError(
      `The emoji world has no group "${group}"; did you mean ${nearestNames(group, groups)[0]}? There are: ${groups.join(', ')}.`,
    );
  }
  const slugs = new Set(concepts.map(({ slug }) => slug));
  return { ...world, concepts, drawings: world.drawings.filter(({ slug }) => slugs.has(slug)) };
}
