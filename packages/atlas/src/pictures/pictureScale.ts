import type { Preprocessing } from '@incognita/vision';

/** Side of a picture whose patches can be recognised. */
const RECOGNISABLE_PX = 128;

/** Pictures of a network that sees little are kept at so many times its size, so that their patches can be recognised. */
export function pictureScale({ widthPx, heightPx }: Pick<Preprocessing, 'widthPx' | 'heightPx'>): number {
  return Math.max(1, Math.floor(RECOGNISABLE_PX / Math.max(widthPx, heightPx)));
}
