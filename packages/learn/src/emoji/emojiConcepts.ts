/** One thing that emoji show, whatever artist drew it and whatever the skin tone. */
export interface EmojiConcept {
  /** Short name of the Unicode character: `pine-decoration`. */
  readonly slug: string;
  readonly name: string;
  /** Group of the Unicode list: `Animals & Nature`. */
  readonly group: string;
  readonly gender: 'man' | 'woman' | null;
  readonly age: 'baby' | 'child' | 'older' | null;
}

/** Skin tones, light to dark (Fitzpatrick scale, Unicode Technical Standard 51). */
export const SKIN_TONES = ['light', 'medium-light', 'medium', 'medium-dark', 'dark'] as const;
export type SkinTone = (typeof SKIN_TONES)[number];

/** What a picture shows. */
export interface EmojiMeaning {
  readonly slug: string;
  readonly tone: SkinTone | null;
}

/** An entry of the Unicode list as the package `unicode-emoji-json` gives it, by character. */
export type UnicodeList = Readonly<Record<string, { readonly name: string; readonly slug: string; readonly group: string }>>;

/** What names say in one set: characters by hexadecimal code points ("1f44d-1f3fb"), and other names of an icon. */
export interface SetNames {
  readonly icons: readonly string[];
  readonly characters: Readonly<Record<string, string>>;
  readonly aliases: Readonly<Record<string, string>>;
}

const FIRST_TONE = 0x1f3fb;
const VARIATION_SELECTOR = 0xfe0f;

/** All concepts by their slug. */
export function conceptsOf(list: UnicodeList): Map<string, EmojiConcept> {
  return new Map(
    Object.entries(list).map(([character, { name, slug, group }]) => {
      const id = slug.replaceAll('_', '-');
      return [id, { slug: id, name, group, ...personOf(codePointsOf(character)) }];
    }),
  );
}

const PEOPLE = {
  baby: [0x1f476],
  child: [0x1f466, 0x1f467, 0x1f9d2],
  older: [0x1f474, 0x1f475, 0x1f9d3],
  adult: [0x1f468, 0x1f469, 0x1f9d1],
} as const;
const MEN = [0x2642, 0x1f468, 0x1f466, 0x1f474];
const WOMEN = [0x2640, 0x1f469, 0x1f467, 0x1f475];

/** Gender and age that the character itself states, where it shows one person. */
function personOf(codes: readonly number[]): Pick<EmojiConcept, 'gender' | 'age'> {
  const people = Object.entries(PEOPLE).flatMap(([age, values]) =>
    codes.filter((code) => (values as readonly number[]).includes(code)).map(() => age),
  );
  if (people.length > 1) return { gender: null, age: null };
  const [man, woman] = [MEN, WOMEN].map((values) => codes.some((code) => values.includes(code)));
  const age = people[0] === 'adult' ? undefined : (people[0] as EmojiConcept['age'] | undefined);
  return { gender: man === woman ? null : man ? 'man' : 'woman', age: age ?? null };
}

function codePointsOf(character: string): number[] {
  return [...character].map((part) => part.codePointAt(0)!).filter((code) => code !== VARIATION_SELECTOR);
}

/**
 * Finds what the icons of all sets show. Three sets say which character an icon is; names that are aliases of each other in any set mean the
 * same, and names are compared without hyphens where nothing else helps.
 */
export function meaningFinder(list: UnicodeList, sets: readonly SetNames[]): (icon: string) => EmojiMeaning | null {
  const slugs = new Map(
    Object.entries(list).map(([character, { slug }]) => [codePointsOf(character).join(), slug.replaceAll('_', '-')]),
  );
  const ofCharacter = (hex: string): EmojiMeaning | null => {
    const codes = hex
      .split('-')
      .map((code) => Number.parseInt(code, 16))
      .filter((code) => code !== VARIATION_SELECTOR);
    const tones = codes.map((code) => SKIN_TONES[code - FIRST_TONE]).filter((tone) => tone !== undefined);
    // Two people of different tones have no place on one scale.
    if (new Set(tones).size > 1) return null;
    const slug = slugs.get(codes.filter((code) => SKIN_TONES[code - FIRST_TONE] === undefined).join());
    return slug === undefined ? null : { slug, tone: tones[0] ?? null };
  };
  const known = new Map<string, EmojiMeaning>();
  const learn = (name: string, meaning: EmojiMeaning): void => {
    if (!known.has(name)) known.set(name, meaning);
  };
  for (const { characters } of sets)
    for (const [hex, name] of Object.entries(characters)) {
      const meaning = ofCharacter(hex);
      if (meaning) learn(name, meaning);
    }
  for (const slug of slugs.values()) learn(slug, { slug, tone: null });
  for (let before = -1; before !== known.size; ) {
    before = known.size;
    for (const { aliases } of sets)
      for (const [alias, name] of Object.entries(aliases)) {
        const meaning = known.get(name) ?? known.get(alias);
        if (meaning) for (const either of [alias, name]) learn(either, meaning);
      }
  }
  const squeezed = new Map<string, EmojiMeaning>();
  for (const [name, meaning] of known) {
    const key = name.replaceAll('-', '');
    if (!squeezed.has(key)) squeezed.set(key, meaning);
  }
  const find = (name: string): EmojiMeaning | null => {
    for (const form of formsOf(name)) {
      const meaning = known.get(form) ?? squeezed.get(form.replaceAll('-', ''));
      if (meaning) return meaning;
    }
    return null;
  };
  return (icon) => {
    const meaning = find(icon);
    if (meaning) return meaning;
    const [, base, tone] = /^(.*?)-(medium-light|medium-dark|light|medium|dark)$/.exec(icon) ?? [];
    const toned = base === undefined ? null : find(base);
    return toned && toned.tone === null ? { slug: toned.slug, tone: tone as SkinTone } : null;
  };
}

/** Ways in which sets write one name. */
function formsOf(name: string): string[] {
  const country = name.replace(/^(flag-for-flag|flag-for)-/, 'flag-');
  const face = /-face$/.test(name) ? name.replace(/-face$/, '') : `${name}-face`;
  // Some sets draw a thing several times and count: balloon-1, balloon-2.
  return [name, country, face, name.replace(/-\d$/, '')];
}
