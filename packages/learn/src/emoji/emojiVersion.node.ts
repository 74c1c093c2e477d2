import { createRequire } from 'node:module';
import { EMOJI_SETS } from './emojiSets.js';

/** The installed packages that the emoji world is read from, with their versions: equal text means equal drawings. */
export function emojiVersion(): string {
  const require = createRequire(import.meta.url);
  const packages = [...EMOJI_SETS.map(({ name }) => `@iconify-json/${name}`), 'unicode-emoji-json'];
  return packages.map((name) => `${name}@${(require(`${name}/package.json`) as { version: string }).version}`).join(' ');
}
