import { PREPROCESSING_PRESETS, type Preprocessing } from '@incognita/vision';

/** How pictures become the input of a network that was trained here: RGB of −1…1, the centre square. */
export function learntPreprocessing(sidePx: number): Preprocessing {
  const { divisor, mean, std, colorOrder, resize } = PREPROCESSING_PRESETS.minusOneToOne;
  return {
    ...{ widthPx: sidePx, heightPx: sidePx, layout: 'nchw' },
    ...{ divisor, mean, std, colorOrder, resize },
    source: 'option',
    statement: `Pictures are cut to their centre square, resized to ${sidePx} pixels, and scaled to −1 … 1.`,
  };
}
