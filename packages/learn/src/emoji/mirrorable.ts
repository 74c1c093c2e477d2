import type { EmojiConcept } from './emojiConcepts.js';

/** Symbols that are plain shapes; all others are signs, letters or arrows. */
const SHAPE =
  /\b(circle|square|diamond|triangle|sparkle|splatter|radio button|star of David|\w+-pointed star|\w+-spoked asterisk|latin cross|cross mark|multiply|plus|minus)\b/;

/** What changes its meaning in the mirror, or is not there at all. */
const SIDED: readonly RegExp[] = [
  // Sides, and ways round.
  /\b(left|right|leftwards|rightwards|clockwise|counterclockwise)\b/,
  /\b(waxing|waning|quarter|crescent)\b.*\bmoon\b/,
  /\b(speech|anger) (bubble|balloon)\b/,
  /o’clock\b|-thirty\b|\b(watch|stopwatch|clock)\b/,
  // Letters, digits, maps.
  /\b(ZZZ|hundred points|symbols on mouth|8 ball|joker|mahjong|keyboard|newspaper|calendar|receipt|scroll|tickets?|placard|identification card|card index|dvd)\b/,
  /\b(hotel|hospital|bank|post office|convenience store|school|bus stop|stop sign|police car|taxi|slot machine|globe|map)\b/,
  // Notes, money, charts, medals.
  /\b(musical|money|banknote|dollar|coin|credit card|chart|medal)\b/,
  // A helix, an order, the hand that most people write with.
  /\b(dna|barber pole|traffic light|writing hand)\b/,
];

/**
 * Whether a concept keeps its meaning in the mirror. Flags, letters, digits, clocks and arrows do not, nor does what is named after a side, nor what has a
 * twin that faces the other way.
 *
 * @param slugs those of all concepts, among which a twin would be.
 * @example isMirrorable({ slug: 'fox', name: 'fox', group: 'Animals & Nature', gender: null, age: null }, new Set(['fox'])) // true
 */
export function isMirrorable({ slug, name, group }: EmojiConcept, slugs: ReadonlySet<string>): boolean {
  if (group === 'Flags') return false;
  if (group === 'Symbols') return SHAPE.test(name);
  return !slugs.has(`${slug}-facing-right`) && !SIDED.some((words) => words.test(name));
}
