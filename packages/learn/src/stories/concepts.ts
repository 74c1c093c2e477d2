/** A name, and which pronouns it takes. */
export interface Name {
  readonly name: string;
  readonly she: boolean;
}

/** Who may be in a story. */
export const NAMES: readonly Name[] = [
  ...['Ada', 'Ella', 'Ida', 'Lena', 'Mia', 'Nora', 'Rosa', 'Vera'].map((name) => ({ name, she: true })),
  ...['Emil', 'Finn', 'Hugo', 'Leo', 'Max', 'Otto', 'Paul', 'Tom'].map((name) => ({ name, she: false })),
];

/** Animals, and how they get from place to place. */
export const ANIMALS = {
  fox: 'ran',
  cat: 'ran',
  dog: 'ran',
  rabbit: 'hopped',
  frog: 'hopped',
  owl: 'flew',
  duck: 'flew',
  crow: 'flew',
  mouse: 'scurried',
  hedgehog: 'scurried',
  bear: 'walked',
  deer: 'walked',
} as const;
export type Animal = keyof typeof ANIMALS;

export const COLOURS = ['red', 'blue', 'green', 'yellow', 'white', 'black', 'brown', 'grey'] as const;
export type Colour = (typeof COLOURS)[number];

/** Places, and the word that says one is there. */
export const PLACES = {
  forest: 'in',
  garden: 'in',
  meadow: 'in',
  cave: 'in',
  village: 'in',
  river: 'by',
  lake: 'by',
  mill: 'by',
  hill: 'on',
  beach: 'on',
} as const;
export type Place = keyof typeof PLACES;

/** Weathers, what one says is falling or shining, and how it ends. */
export const WEATHERS = {
  sunny: { cause: 'sun', ends: 'the sun went down' },
  rainy: { cause: 'rain', ends: 'the rain stopped' },
  snowy: { cause: 'snow', ends: 'the snow melted' },
  windy: { cause: 'wind', ends: 'the wind became quiet' },
  stormy: { cause: 'thunder', ends: 'the storm was over' },
  foggy: { cause: 'fog', ends: 'the fog was gone' },
} as const;
export type Weather = keyof typeof WEATHERS;

export const TIMES = ['morning', 'afternoon', 'evening'] as const;
export type Time = (typeof TIMES)[number];

/** Feelings at the beginning of a story: the weather that brings them (more often than others), what helps, and how one feels then. */
export const FEELINGS = {
  cold: { weathers: ['snowy', 'windy', 'rainy'], helps: 'clothes', after: 'warm' },
  hungry: { weathers: [], helps: 'food', after: 'full' },
  sad: { weathers: ['rainy', 'foggy'], helps: 'music', after: 'happy' },
  afraid: { weathers: ['stormy', 'foggy'], helps: 'light', after: 'brave' },
  bored: { weathers: ['sunny', 'windy'], helps: 'toys', after: 'cheerful' },
} as const;
export type Feeling = keyof typeof FEELINGS;

/** What helps against a feeling. */
export const THINGS = {
  clothes: ['scarf', 'hat', 'coat', 'blanket'],
  food: ['apple', 'pear', 'carrot', 'cake', 'plum'],
  music: ['drum', 'flute', 'bell', 'fiddle'],
  light: ['lantern', 'candle', 'lamp'],
  toys: ['ball', 'kite', 'boat', 'top'],
} as const;
export type Kind = keyof typeof THINGS;

/** What is done with things of a kind: in the beginning wished for, in the end done. */
export const USES: Readonly<Record<Kind, { readonly wish: string; readonly did: string }>> = {
  clothes: { wish: 'wear', did: 'wore' },
  food: { wish: 'eat', did: 'ate' },
  music: { wish: 'hear', did: 'played' },
  light: { wish: 'see', did: 'lit' },
  toys: { wish: 'find', did: 'shared' },
};
