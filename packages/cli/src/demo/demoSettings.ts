import { PRESETS } from '@incognita/atlas';
import type { DrawingFacts, EmojiWorld } from '@incognita/learn';
import type { AtlasSettings } from '../commands/atlas.js';
import type { MicroscopeSettings } from '../commands/microscope.js';

/** Artists whose drawing of one concept is among the pictures. */
const ARTISTS = 2;

/** The network sees 64 pixels, and little changes in so small an icon after a hundred steps. */
const QUICK = { steps: 96, warmSteps: 48, sizePx: 64 } as const;

/** What a demo is made of. */
export interface Demo {
  readonly choose: (world: EmojiWorld, facts: readonly DrawingFacts[]) => readonly number[];
  readonly atlas: AtlasSettings;
  readonly microscope: MicroscopeSettings;
  /** The images of channels that are there before the icons of the maps. */
  readonly first: Pick<MicroscopeSettings, 'images' | 'negative' | 'diverse'>;
}

/** The map of the demo: the deepest convolution first, then two on the way to it. */
const ATLAS: AtlasSettings = {
  layer: ['conv5', 'conv3', 'conv2'],
  grid: [10, 20, 40],
  activations: 12_000,
  icons: 300,
  preset: { ...PRESETS.incognita!, name: 'demo', icon: { ...PRESETS.incognita!.icon, ...QUICK } },
  maxMegapixels: 50,
  seed: 1,
};

/** All channels; images of some in every convolution. */
const MICROSCOPE: MicroscopeSettings = { images: 16, negative: 8, diverse: 8, steps: 128, maxMegapixels: 50, seed: 1 };

/**
 * Drawings of the demo: of every concept those of two artists, whose turn goes round from concept to concept; without the variants of skin
 * tone, which would fill a third of the map with the same people.
 */
function chooseDrawings({ drawings, sets, concepts }: EmojiWorld, facts: readonly DrawingFacts[]): number[] {
  const places = new Map(sets.map(({ name }, i) => [name, i]));
  const turns = new Map(concepts.map(({ slug }, i) => [slug, i]));
  const ofConcept = new Map<string, Map<string, number>>();
  for (const [i, { slug, set }] of drawings.entries()) {
    const bySet = ofConcept.get(slug) ?? new Map<string, number>();
    if (facts[i]!.tone === null && !bySet.has(set)) bySet.set(set, i);
    ofConcept.set(slug, bySet);
  }
  const chosen = [...ofConcept].flatMap(([slug, bySet]) => {
    const turnOf = (set: string): number => (places.get(set)! + turns.get(slug)!) % sets.length;
    const artists = [...bySet].sort(([a], [b]) => turnOf(a) - turnOf(b)).slice(0, ARTISTS);
    return artists.map(([, drawing]) => drawing);
  });
  return chosen.sort((a, b) => a - b);
}

/** The demo that comes with this program. */
export const DEMO: Demo = {
  choose: chooseDrawings,
  atlas: ATLAS,
  microscope: MICROSCOPE,
  first: { images: 4, negative: 'none', diverse: 'none' },
};
