/** One artist's drawings of emoji, as an npm package of SVG. */
export interface EmojiSet {
  /** Name of the set: the package is `@iconify-json/<name>`. */
  readonly name: string;
  /** What its artist calls it. */
  readonly title: string;
  readonly artist: string;
  /** SPDX identifier, and the text of the licence. */
  readonly licence: string;
  readonly licenceUrl: string;
  readonly source: string;
  /** Whether networks may learn from it; the other is the style never seen. */
  readonly role: 'training' | 'held out';
}

/**
 * The sets whose licences allow pictures and networks made from them to be passed on. Sets with share-alike terms (OpenMoji, EmojiOne 1) are left out.
 * EmojiOne 2 is held out: nobody's network sees it before it is measured.
 */
export const EMOJI_SETS: readonly EmojiSet[] = [
  {
    name: 'noto',
    title: 'Noto Emoji',
    artist: 'Google',
    licence: 'Apache-2.0',
    licenceUrl: 'https://github.com/googlefonts/noto-emoji/blob/main/svg/LICENSE',
    source: 'https://github.com/googlefonts/noto-emoji',
    role: 'training',
  },
  {
    name: 'noto-v1',
    title: 'Noto Emoji (to 2017)',
    artist: 'Google',
    licence: 'Apache-2.0',
    licenceUrl: 'https://github.com/googlefonts/noto-emoji/blob/main/svg/LICENSE',
    source: 'https://github.com/googlefonts/noto-emoji',
    role: 'training',
  },
  {
    name: 'twemoji',
    title: 'Twemoji',
    artist: 'Twitter, Inc and other contributors',
    licence: 'CC-BY-4.0',
    licenceUrl: 'https://creativecommons.org/licenses/by/4.0/',
    source: 'https://github.com/jdecked/twemoji',
    role: 'training',
  },
  {
    name: 'fluent-emoji-flat',
    title: 'Fluent Emoji (flat)',
    artist: 'Microsoft Corporation',
    licence: 'MIT',
    licenceUrl: 'https://github.com/microsoft/fluentui-emoji/blob/main/LICENSE',
    source: 'https://github.com/microsoft/fluentui-emoji',
    role: 'training',
  },
  {
    name: 'fxemoji',
    title: 'FxEmojis',
    artist: 'Mozilla',
    licence: 'Apache-2.0',
    licenceUrl: 'https://mozilla.github.io/fxemoji/LICENSE.md',
    source: 'https://github.com/mozilla/fxemoji',
    role: 'training',
  },
  {
    name: 'streamline-emojis',
    title: 'Streamline Emojis',
    artist: 'Streamline',
    licence: 'CC-BY-4.0',
    licenceUrl: 'https://creativecommons.org/licenses/by/4.0/',
    source: 'https://github.com/webalys-hq/streamline-vectors',
    role: 'training',
  },
  {
    name: 'emojione',
    title: 'Emoji One 2.3',
    artist: 'Emoji One',
    licence: 'CC-BY-4.0',
    licenceUrl: 'https://creativecommons.org/licenses/by/4.0/',
    source: 'https://github.com/EmojiTwo/emojitwo',
    role: 'held out',
  },
];
