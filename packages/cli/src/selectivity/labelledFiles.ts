import { basename } from 'node:path';
import { conceptSet, type DrawingFacts, EMOJI_SETS, type EmojiWorld, loadEmoji, splitByClass } from '@incognita/learn';
import { scanPictures } from '@incognita/workspace';
import { UsageError } from '../errors.js';
import { type EmojiFolderOptions, emojiFolder } from '../sources/emojiFolder.js';
import { emojiName } from '../sources/emojiName.js';
import { picturesName } from '../sources/namedPictures.js';

/** Labelled picture files in two parts: channels are chosen on the one and measured on the other. */
export interface LabelledFiles {
  readonly paths: readonly string[];
  readonly labels: readonly string[];
  readonly choosing: readonly number[];
  readonly measuring: readonly number[];
  /** The two parts, in words. */
  readonly split: string;
  /** The classes that a user means by a name. */
  readonly setOf: (name: string) => ReadonlySet<string>;
}

/**
 * The emoji world without its variants of skin tone, split by style: what networks learn from, and the style that they never see. A folder is split
 * at random within each class.
 */
export async function labelledFiles(data: string, seed: number, options: EmojiFolderOptions): Promise<LabelledFiles> {
  const emoji = emojiName(data);
  return emoji ? emojiFiles(emoji.group, options) : folderFiles(data, seed);
}

async function emojiFiles(group: string | null, options: EmojiFolderOptions): Promise<LabelledFiles> {
  const choose = (_: EmojiWorld, facts: readonly DrawingFacts[]): number[] =>
    facts.flatMap(({ tone }, i) => (tone === null ? [i] : []));
  const { pictures } = await scanPictures(await emojiFolder(group, { ...options, choice: { name: 'plain', choose } }));
  const heldOut = new Set(EMOJI_SETS.filter(({ role }) => role === 'held out').map(({ name }) => name));
  const unseen = pictures.map(({ file }) => heldOut.has(basename(file).split('.')[0]!));
  const all = pictures.map((_, i) => i);
  const { concepts } = loadEmoji();
  return {
    paths: pictures.map(({ path }) => path),
    labels: pictures.map(({ label }) => label!),
    choosing: all.filter((i) => !unseen[i]),
    measuring: all.filter((i) => unseen[i]),
    split: `chosen on the drawings that networks learn from, measured on the set ${[...heldOut].join()}`,
    setOf: (name) => new Set(conceptSet(concepts, name).map((concept) => concept.name)),
  };
}

async function folderFiles(dir: string, seed: number): Promise<LabelledFiles> {
  const { pictures } = await scanPictures(dir);
  const labelled = pictures.filter(({ label }) => label !== null);
  const names = [...new Set(labelled.map(({ label }) => label!))].sort();
  if (names.length < 2)
    throw new UsageError(
      `${picturesName(dir)} has ${names.length === 0 ? 'no labels' : 'one class only'}: nothing can be told apart.`,
    );
  const numbers = new Map(names.map((name, i) => [name, i]));
  const { training, heldOut } = splitByClass(
    labelled.map(({ label }) => numbers.get(label!)!),
    0.5,
    seed,
  );
  const groups = new Map<string, Set<string>>();
  for (const { file, label } of labelled) {
    const parts = file.split('/');
    if (parts.length > 2) groups.set(parts[0]!, (groups.get(parts[0]!) ?? new Set()).add(label!));
  }
  return {
    paths: labelled.map(({ path }) => path),
    labels: labelled.map(({ label }) => label!),
    choosing: training,
    measuring: heldOut,
    split: 'chosen on one half of each class, measured on the other',
    setOf: (name) => groups.get(name) ?? classesNamed(name, names),
  };
}

/** `dog,fox`: these classes. */
function classesNamed(text: string, names: readonly string[]): Set<string> {
  const chosen = text.split(',').map((name) => name.trim());
  const strange = chosen.find((name) => !names.includes(name));
  if (strange !== undefined)
    throw new UsageError(
      `there is no class or folder of classes "${strange}". Classes: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}`,
    );
  return new Set(chosen);
}
