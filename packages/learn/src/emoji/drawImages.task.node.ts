import type { TaskContext } from '@incognita/runtime';
import sharp from 'sharp';

/** Arguments of {@link drawImages}. */
export interface DrawImagesArgs {
  readonly svgs: readonly string[];
  readonly sidePx: number;
}

/** Worker task: SVG documents as square PNG files, centred, on white as networks see them. */
export async function drawImages({ svgs, sidePx }: DrawImagesArgs, context: TaskContext): Promise<Uint8Array[]> {
  const images: Uint8Array[] = [];
  for (const svg of svgs) {
    context.throwIfAborted();
    const drawn = sharp(Buffer.from(svg)).resize(sidePx, sidePx, { fit: 'contain', background: '#ffffff' });
    images.push(new Uint8Array(await drawn.flatten({ background: '#ffffff' }).png().toBuffer()));
  }
  return images;
}
