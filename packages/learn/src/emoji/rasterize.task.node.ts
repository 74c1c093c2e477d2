import type { TaskContext } from '@incognita/runtime';
import sharp from 'sharp';

/** Arguments of {@link rasterize}: drawings [from, to) of a list, written to their places in shared memory. */
export interface RasterizeArgs {
  readonly svgs: readonly string[];
  /** Number of the first drawing within `pixels`. */
  readonly first: number;
  readonly sidePx: number;
  /** Red, green, blue, alpha of all pictures, one after the other. */
  readonly pixels: Uint8Array;
}

/** Renders SVG documents to squares, centred, transparent where nothing is drawn. */
export async function rasterize({ svgs, first, sidePx, pixels }: RasterizeArgs, context: TaskContext): Promise<void> {
  const each = 4 * sidePx * sidePx;
  for (const [i, svg] of svgs.entries()) {
    context.throwIfAborted();
    const rendered = sharp(Buffer.from(svg)).resize(sidePx, sidePx, {
      fit: 'contain',
      background: { r: 0, g: 0, b: 0, alpha: 0 },
    });
    pixels.set(await rendered.ensureAlpha().raw().toBuffer(), (first + i) * each);
    context.progress(i + 1);
  }
}
