import type { TransformPresetName } from '@incognita/vision';
import type { Metric } from './knn/distance.js';
import { DEFAULT_RIDGE_RATIO } from './linalg/ridgeWhitening.js';

/** All settings of an atlas that are not the user's own (model, pictures, layers, seed). */
export interface AtlasPreset {
  readonly name: string;
  /** Activations sampled in each layer. */
  readonly activations: number;
  readonly umap: { readonly neighbors: number; readonly minDist: number; readonly metric: Metric };
  readonly grids: readonly number[];
  /** A cell is shown if it has at least this many members. */
  readonly minMembers: number;
  /** Ridge of the whitening as a share of the mean eigenvalue, or null for unwhitened targets. */
  readonly ridgeRatio: number | null;
  readonly icon: {
    /** Power of the cosine in the objective dot · cos^p. */
    readonly cosinePower: number;
    /** Lucid's formula with its scale (see vision's objective) instead of the true cosine. */
    readonly lucidCompat: boolean;
    readonly steps: number;
    /** Steps of an icon that starts from its parent's; null where every icon starts from noise. */
    readonly warmSteps: number | null;
    readonly tries: number;
    /** Random transforms of every step: a name of vision's `TRANSFORM_PRESETS`. */
    readonly transforms: TransformPresetName;
    /** Side of the optimised image, or null for vision's `iconSizePx`. */
    readonly sizePx: number | null;
  };
  /** Lucid's placing on the unit square, with outliers piled on the border. */
  readonly legacyLayout: boolean;
}

/**
 * Our own settings. Grids follow the number of activations: see {@link defaultGrids}. Three members are the fewest whose mean
 * is not just one picture's. The ridge is larger than {@link DEFAULT_RIDGE_RATIO}: the icon of SqueezeNet's fire8 then reaches a cosine
 * of 0.6 to its target instead of 0.4, because less of the target lies along directions that hardly any picture excites.
 */
const incognita: AtlasPreset = {
  name: 'incognita',
  activations: 20_000,
  umap: { neighbors: 30, minDist: 0.05, metric: 'cosine' },
  grids: [],
  minMembers: 3,
  ridgeRatio: 0.1,
  icon: { cosinePower: 4, lucidCompat: false, steps: 256, warmSteps: 160, tries: 1, transforms: 'lucidRecipe', sizePx: null },
  legacyLayout: false,
};

/**
 * The public explorer (distillpub/post--activation-atlas `public/_cache/inceptionv1_*`): 1,000,000 activations, UMAP 50 / 0.05 /
 * cosine, grids 20…160, 4 tries of 1024 steps at 80 pixels. Its power of the cosine and its least members are not published;
 * the notebook's stand in.
 */
const distillExplorer: AtlasPreset = {
  name: 'distillExplorer',
  activations: 1_000_000,
  umap: { neighbors: 50, minDist: 0.05, metric: 'cosine' },
  grids: [20, 40, 80, 160],
  minMembers: 11,
  ridgeRatio: DEFAULT_RIDGE_RATIO,
  icon: { cosinePower: 4, lucidCompat: true, steps: 1024, warmSteps: null, tries: 4, transforms: 'notebook', sizePx: 80 },
  legacyLayout: true,
};

/** tensorflow/lucid `notebooks/activation-atlas/activation-atlas-simple.ipynb`: cells with more than 10 members. */
const notebook: AtlasPreset = {
  name: 'notebook',
  activations: 100_000,
  umap: { neighbors: 20, minDist: 0.01, metric: 'cosine' },
  grids: [20],
  minMembers: 11,
  ridgeRatio: DEFAULT_RIDGE_RATIO,
  icon: { cosinePower: 4, lucidCompat: true, steps: 512, warmSteps: null, tries: 1, transforms: 'notebook', sizePx: 80 },
  legacyLayout: true,
};

/** tensorflow/lucid `lucid/recipes/activation_atlas/{main,layout,render}.py`, one model: cells with more than 5 members, not whitened. */
const lucidRecipe: AtlasPreset = {
  name: 'lucidRecipe',
  activations: 100_000,
  umap: { neighbors: 50, minDist: 0.05, metric: 'cosine' },
  grids: [10],
  minMembers: 6,
  ridgeRatio: null,
  icon: { cosinePower: 2, lucidCompat: true, steps: 128, warmSteps: null, tries: 1, transforms: 'lucidRecipe', sizePx: 96 },
  legacyLayout: true,
};

/** Every preset by its name. */
export const PRESETS: Readonly<Record<string, AtlasPreset>> = { incognita, distillExplorer, notebook, lucidRecipe };

/** The preset of this name. @throws RangeError that lists the names. */
export function presetNamed(name: string): AtlasPreset {
  const preset = PRESETS[name];
  if (preset === undefined)
    throw new RangeError(`There is no preset "${name}". Presets are: ${Object.keys(PRESETS).join(', ')}.`);
  return preset;
}

/** 10, 20, 40, … while a finest cell still holds about ten activations on average; at least the first. */
export function defaultGrids(activations: number): number[] {
  const grids = [10];
  for (let size = 20; size <= 160 && activations / (size * size) >= 10; size *= 2) grids.push(size);
  return grids;
}
