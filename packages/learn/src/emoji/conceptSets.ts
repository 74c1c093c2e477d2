import { groupSlug } from './drawingFacts.js';
import type { EmojiConcept } from './emojiConcepts.js';

const PERSON =
  /\b(angel|artist|astronaut|baby|boy|child|claus|cook|detective|elf|farmer|firefighter|girl|guard|judge|man|mechanic|ninja|officer|person|pilot|prince|princess|scientist|singer|student|teacher|technologist|vampire|woman|worker)\b/;
/** Whole bodies, and more than one person: their faces are small. */
const WHOLE_BODY =
  /\b(bath|bed|biking|bouncing|bowing|bunny|bust|busts|cane|cartwheeling|climbing|couple|danc\w+|fairy|family|feeding|fencing|genie|golfing|hairy|handball|holding|hugging|juggling|kiss|kneeling|levitating|lifting|lotus|mage|massage|mer\w+|polo|pregnant|racing|rowing|running|skier|snowboarder|speaking|standing|steamy|superhero|supervillain|surfing|swimming|troll|walking|wheelchair|wrestling|zombie)\b/;
const SMILEY = /\bface\b|laughing|star-struck|exploding head|head shaking/;
const SMILEY_ANIMAL = /\bcat\b|monkey/;
const ANIMAL_HEADS = new Set(
  'bear, boar, cat face, cow face, dog face, dragon face, fox, frog, front-facing baby chick, hamster, horse face, koala, lion, monkey face, moose, mouse face, panda, pig face, polar bear, rabbit face, raccoon, tiger face, unicorn, wolf, chicken, baby chick'.split(
    ', ',
  ),
);

/** Sets of concepts with something in common that no network is told of; by name, what belongs to each. */
export const CONCEPT_SETS: Readonly<Record<string, (concept: EmojiConcept) => boolean>> = {
  /** Round faces with an expression. */
  smileys: ({ name, group }) => group === 'Smileys & Emotion' && SMILEY.test(name) && !SMILEY_ANIMAL.test(name),
  /** One person, head and shoulders. */
  'human-faces': ({ name, group }) => group === 'People & Body' && PERSON.test(name) && !WHOLE_BODY.test(name),
  /** Heads of animals, seen from the front or nearly so. */
  'animal-faces': ({ name, group }) =>
    (group === 'Animals & Nature' && ANIMAL_HEADS.has(name)) || (group === 'Smileys & Emotion' && SMILEY_ANIMAL.test(name)),
  faces: (concept) => ['smileys', 'human-faces', 'animal-faces'].some((set) => CONCEPT_SETS[set]!(concept)),
};

/**
 * The concepts of a set ({@link CONCEPT_SETS}) or of a group (`flags`).
 *
 * @throws RangeError that lists the sets and groups where there is none of this name.
 * @example conceptSet(loadEmoji().concepts, 'faces')
 */
export function conceptSet(concepts: readonly EmojiConcept[], name: string): EmojiConcept[] {
  const rule = CONCEPT_SETS[name] ?? ((concept: EmojiConcept): boolean => groupSlug(concept.group) === name);
  const found = concepts.filter(rule);
  if (found.length > 0) return found;
  const groups = [...new Set(concepts.map(({ group }) => groupSlug(group)))].sort();
  throw new RangeError(
    `There is no set of emoji "${name}". Sets: ${Object.keys(CONCEPT_SETS).join(', ')}; groups: ${groups.join(', ')}.`,
  );
}
