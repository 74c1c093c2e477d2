import { nearestNames } from '@incognita/onnx';
import type { ClassifierData } from '../classifier/classifierData.js';
import { type EmojiPictureOptions, emojiPictures } from './emojiPictures.node.js';
import { type EmojiWorld, loadEmoji } from './loadEmoji.node.js';

/** Options of {@link emojiData}. */
export interface EmojiDataOptions extends EmojiPictureOptions {
  /** Only the concepts of one group, such as `animals-nature`; default all. */
  readonly group?: string;
}

/**
 * The emoji world as data to learn from: the class of a drawing is its concept; one artist's whole set, which no network learns from, is held out.
 *
 * @throws RangeError where there is no such group.
 * @example const { classNames, training, validation } = await emojiData({ pool, sidePx: 72, group: 'animals-nature' });
 */
export async function emojiData({ group, ...options }: EmojiDataOptions): Promise<ClassifierData> {
  const world = group === undefined ? loadEmoji() : groupOf(loadEmoji(), group);
  const role = new Map(world.sets.map((set) => [set.name, set.role]));
  const learnt = world.drawings.filter(({ set }) => role.get(set) === 'training');
  const unseen = world.drawings.filter(({ set }) => role.get(set) === 'held out');
  const all = [...learnt, ...unseen];
  let before = 0;
  const render = async (drawings: typeof all) => {
    const start = before;
    before += drawings.length;
    return emojiPictures(world, drawings, { ...options, onProgress: (done) => options.onProgress?.(start + done, all.length) });
  };
  const training = await render(learnt);
  const validation = unseen.length === 0 ? null : await render(unseen);
  const artists = world.sets.filter((set) => set.role === 'training').length;
  const [style] = world.sets.filter((set) => set.role === 'held out');
  return {
    name: group === undefined ? 'emoji' : `emoji:${group}`,
    description: `The emoji world${group === undefined ? '' : ` (${group})`}: ${learnt.length} drawings of ${world.concepts.length} concepts by ${artists} artists.`,
    heldOut: `every drawing of the set ${style?.name}, a style that was never seen`,
    licences: world.sets.map(({ artist, licence, source, role }) => `${artist}, ${licence}, ${source} (${role})`),
    classNames: world.concepts.map(({ name }) => name),
    training,
    validation,
    skipped: [],
    warnings: [],
  };
}

function groupOf(world: EmojiWorld, group: string): EmojiWorld {
  const slugOf = (name: string): string =>
    name
      .toLowerCase()
      .replace(/[^a-z]+/g, '-')
      .replace(/^-|-$/g, '');
  const concepts = world.concepts.filter((concept) => slugOf(concept.group) === group);
  if (concepts.length === 0) {
    const groups = [...new Set(world.concepts.map((concept) => slugOf(concept.group)))].sort();
    throw new RangeError(
      `The emoji world has no group "${group}"; did you mean ${nearestNames(group, groups)[0]}? There are: ${groups.join(', ')}.`,
    );
  }
  const slugs = new Set(concepts.map(({ slug }) => slug));
  return { ...world, concepts, drawings: world.drawings.filter(({ slug }) => slugs.has(slug)) };
}
