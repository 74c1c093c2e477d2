import { createRequire } from 'node:module';
import {
  conceptsOf,
  type EmojiConcept,
  type EmojiMeaning,
  meaningFinder,
  type SetNames,
  type UnicodeList,
} from './emojiConcepts.js';
import { EMOJI_SETS, type EmojiSet } from './emojiSets.js';

/** One drawing. */
export interface EmojiDrawing extends EmojiMeaning {
  /** Name of the set and of the icon within it. */
  readonly set: string;
  readonly icon: string;
  /** A whole SVG document. */
  readonly svg: string;
}

/** Every drawing of every set whose meaning is known. */
export interface EmojiWorld {
  /** Concepts of which there is at least one drawing, in alphabetical order of their slugs. */
  readonly concepts: readonly EmojiConcept[];
  readonly drawings: readonly EmojiDrawing[];
  readonly sets: readonly EmojiSet[];
}

interface Icon {
  readonly body: string;
  readonly left?: number;
  readonly top?: number;
  readonly width?: number;
  readonly height?: number;
}

/** The files of an `@iconify-json` package (https://iconify.design/docs/types/iconify-json.html). */
interface IconFile extends Omit<Icon, 'body'> {
  readonly icons: Readonly<Record<string, Icon>>;
  readonly aliases?: Readonly<
    Record<string, { readonly parent: string; readonly hFlip?: boolean; readonly vFlip?: boolean; readonly rotate?: number }>
  >;
}

const require = createRequire(import.meta.url);

/**
 * Reads the emoji world from the installed packages.
 *
 * @example
 * const { concepts, drawings } = loadEmoji(); // about 1,900 concepts
 */
export function loadEmoji(): EmojiWorld {
  const list = require('unicode-emoji-json/data-by-emoji.json') as UnicodeList;
  const files = EMOJI_SETS.map(({ name }) => ({
    file: require(`@iconify-json/${name}/icons.json`) as IconFile,
    characters: require(`@iconify-json/${name}/chars.json`) as Readonly<Record<string, string>>,
  }));
  const meaning = meaningFinder(
    list,
    files.map(({ file, characters }) => namesOf(file, characters)),
  );
  const drawings = EMOJI_SETS.flatMap(({ name: set }, i) =>
    Object.entries(files[i]!.file.icons).flatMap(([icon, drawn]): EmojiDrawing[] => {
      const found = meaning(icon);
      return found ? [{ ...found, set, icon, svg: svgOf(drawn, files[i]!.file) }] : [];
    }),
  );
  const all = conceptsOf(list);
  const slugs = [...new Set(drawings.map((drawing) => drawing.slug))].sort();
  return { concepts: slugs.map((slug) => all.get(slug)!), drawings, sets: EMOJI_SETS };
}

function namesOf(file: IconFile, characters: Readonly<Record<string, string>>): SetNames {
  const plain = Object.entries(file.aliases ?? {}).filter(([, { hFlip, vFlip, rotate }]) => !hFlip && !vFlip && !rotate);
  return {
    icons: Object.keys(file.icons),
    characters,
    aliases: Object.fromEntries(plain.map(([name, { parent }]) => [name, parent])),
  };
}

function svgOf(icon: Icon, { left = 0, top = 0, width = 16, height = 16 }: IconFile): string {
  const box = [icon.left ?? left, icon.top ?? top, icon.width ?? width, icon.height ?? height];
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="${box.join(' ')}">${icon.body}</svg>`;
}
