/** One artist's drawings of emoji, as an npm package of SVG. */
export interface EmojiSet {
  /** Name of the set: the package is `@iconify-json/<name>`. */
  readonly name: string;
  readonly artist: string;
  readonly licence: string;
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
    artist: 'Google',
    licence: 'Apache-2.0',
    source: 'https://github.com/googlefonts/noto-emoji',
    role: 'training',
  },
  {
    name: 'noto-v1',
    artist: 'Google (to 2017)',
    licence: 'Apache-2.0',
    source: 'https://github.com/googlefonts/noto-emoji',
    role: 'training',
  },
  { name: 'twemoji', artist: 'Twitter', licence: 'CC-BY-4.0', source: 'https://github.com/jdecked/twemoji', role: 'training' },
  {
    name: 'fluent-emoji-flat',
    artist: 'Microsoft',
    licence: 'MIT',
    source: 'https://github.com/microsoft/fluentui-emoji',
    role: 'training',
  },
  { name: 'fxemoji', artist: 'Mozilla', licence: 'Apache-2.0', source: 'https://github.com/mozilla/fxemoji', role: 'training' },
  {
    name: 'streamline-emojis',
    artist: 'Streamline',
    licence: 'CC-BY-4.0',
    source: 'https://github.com/webalys-hq/streamline-vectors',
    role: 'training',
  },
  {
    name: 'emojione',
    artist: 'Emoji One 2.3',
    licence: 'CC-BY-4.0',
    source: 'https://github.com/EmojiTwo/emojitwo',
    role: 'held out',
  },
];
