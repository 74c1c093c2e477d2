import type { ClassifierData } from '../classifier/classifierData.js';
import type { LabelledPictures } from '../pictures/pictureBatches.task.js';
import { emojiGroup } from './emojiGroup.js';
import { type EmojiPictureOptions, emojiPictures } from './emojiPictures.node.js';
import { EMOJI_SETS, type EmojiSet } from './emojiSets.js';
import { type EmojiDrawing, type EmojiWorld, loadEmoji } from './loadEmoji.node.js';
import { isMirrorable } from './mirrorable.js';

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
  const { world, learnt, unseen } = splitWorld(group);
  const all = [...learnt, ...unseen];
  let before = 0;
  const render = async (drawings: typeof all) => {
    const start = before;
    before += drawings.length;
    return emojiPictures(world, drawings, { ...options, onProgress: (done) => options.onProgress?.(start + done, all.length) });
  };
  const training = await render(learnt);
  const validation = unseen.length === 0 ? null : await render(unseen);
  const slugs = new Set(world.concepts.map(({ slug }) => slug));
  const artists = world.sets.filter((set) => set.role === 'training').length;
  return {
    name: group === undefined ? 'emoji' : `emoji:${group}`,
    description: `The emoji world${group === undefined ? '' : ` (${group})`}: ${learnt.length} drawings of ${world.concepts.length} concepts by ${artists} artists.`,
    heldOut: HELD_OUT,
    licences: world.sets.map(credit),
    classNames: world.concepts.map(({ name }) => name),
    mirrorable: world.concepts.map((concept) => isMirrorable(concept, slugs)),
    training,
    validation,
    skipped: [],
    warnings: [],
  };
}

const credit = ({ title, artist, licence, licenceUrl, source, role }: EmojiSet): string =>
  `${title} by ${artist} (${source}), [${licence}](${licenceUrl}), ${role === 'training' ? 'learnt from' : 'only measured on'}`;

/** How the pictures were chosen that no network learns from. */
const HELD_OUT = `every drawing of the set ${EMOJI_SETS.find(({ role }) => role === 'held out')!.name}, a style that was never seen`;

/** What is held out alone, to measure a network that has been trained; labels are numbers within `classNames`. */
export async function emojiHeldOut({
  group,
  ...options
}: EmojiDataOptions): Promise<Pick<ClassifierData, 'classNames' | 'heldOut'> & { readonly pictures: LabelledPictures }> {
  const { world, unseen } = splitWorld(group);
  const pictures = await emojiPictures(world, unseen, options);
  return { classNames: world.concepts.map(({ name }) => name), heldOut: HELD_OUT, pictures };
}

function splitWorld(group: string | undefined): { world: EmojiWorld; learnt: EmojiDrawing[]; unseen: EmojiDrawing[] } {
  const world = group === undefined ? loadEmoji() : emojiGroup(loadEmoji(), group);
  const role = new Map(world.sets.map((set) => [set.name, set.role]));
  const of = (wanted: EmojiSet['role']): EmojiDrawing[] => world.drawings.filter(({ set }) => role.get(set) === wanted);
  return { world, learnt: of('training'), unseen: of('held out') };
}
