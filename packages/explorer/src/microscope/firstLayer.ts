import type { LayerMicroscope } from '@incognita/workspace/schema';
import type { MicroscopeData } from './data/MicroscopeContext.js';

/** The layer that opens by itself: the deepest with optimised images, else the deepest that is a map, else the first. */
export function firstLayer({ microscope: { layers } }: Pick<MicroscopeData, 'microscope'>): LayerMicroscope {
  return (
    layers.findLast(({ images }) => images.length > 0) ?? layers.findLast(({ layout }) => layout.kind === 'map') ?? layers[0]!
  );
}
