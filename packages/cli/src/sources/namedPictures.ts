import { basename, resolve } from 'node:path';
import { type EmojiFolderOptions, emojiFolder } from './emojiFolder.js';
import { emojiName } from './emojiName.js';

/** Pictures that a user named: the folder where they are, and what to call it. */
export interface NamedPictures {
  readonly dir: string;
  readonly name: string;
}

/** What pictures are called that a user names so: `emoji:flags` stays, of a folder only the last part. */
export function picturesName(text: string): string {
  return emojiName(text) ? text : basename(resolve(text));
}

/** A folder, or the emoji world rendered into one: `emoji`, `emoji:animals-nature`. A folder of that name is meant by `./emoji`. */
export async function namedPictures(text: string, options: EmojiFolderOptions): Promise<NamedPictures> {
  const emoji = emojiName(text);
  return { dir: emoji ? await emojiFolder(emoji.group, options) : text, name: picturesName(text) };
}
