import type { DescriptorGrid, DescriptorKind } from './descriptors.js';
import { type PyramidLevel, QUARTERS, STRIPES } from './pyramid.js';

/** A vector of each picture that needs nothing learnt: cells laid out as they are in the picture. */
export interface LayoutPart {
  readonly kind: 'hog' | 'colourLayout';
  readonly cellPx: number;
}

/** A vector that counts or sums local descriptors, by a vocabulary learnt from pictures without their labels. */
export interface EncodedPart {
  /** Counts of visual words, or Fisher vectors. */
  readonly kind: 'bagOfWords' | 'fisher';
  readonly descriptor: DescriptorKind;
  readonly grid: DescriptorGrid;
  /** Principal axes that are kept of a descriptor. */
  readonly axes: number;
  /** Words, or components of the mixture. */
  readonly words: number;
  readonly pyramid: readonly PyramidLevel[];
}

/** What a picture's features consist of: parts of equal weight, one after the other. */
export interface HandmadeRecipe {
  /** Pictures are brought to this side. */
  readonly sidePx: number;
  readonly parts: readonly (LayoutPart | EncodedPart)[];
}

const GRID: DescriptorGrid = { cellsPx: [4, 6], stepPx: 5 };

/** One template of edges a picture, after Dalal and Triggs 2005, and one of colours. */
export const TEMPLATE: HandmadeRecipe = {
  sidePx: 64,
  parts: [
    { kind: 'hog', cellPx: 8 },
    { kind: 'colourLayout', cellPx: 8 },
  ],
};

/** Bags of visual words of dense SIFT and of colours with a spatial pyramid, after Csurka et al. 2004 and Lazebnik et al. 2006. */
export const BAG_OF_WORDS: HandmadeRecipe = {
  sidePx: 64,
  parts: (['sift', 'colour'] as const).map((descriptor) => ({
    kind: 'bagOfWords',
    descriptor,
    grid: GRID,
    axes: 32,
    words: 256,
    pyramid: QUARTERS,
  })),
};

/**
 * Fisher vectors of dense SIFT and of colours, as the winners of the ImageNet challenge of 2011 used them (Perronnin et al. 2010; Sánchez and
 * Perronnin 2011), with fewer components, since pictures are of 64 pixels and thousands, not millions.
 */
export const FISHER_VECTORS: HandmadeRecipe = {
  sidePx: 64,
  parts: (['sift', 'colour'] as const).map((descriptor) => ({
    kind: 'fisher',
    descriptor,
    grid: GRID,
    axes: 32,
    words: 16,
    pyramid: STRIPES,
  })),
};
