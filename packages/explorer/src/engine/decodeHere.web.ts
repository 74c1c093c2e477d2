import { type Picture, pictureOfPixels } from '@incognita/vision/web';
import type { TabPicture } from './networkCalls.js';

/**
 * A picture by the browser's own decoder: rotated as its EXIF orientation says, in sRGB, transparency laid over white.
 *
 * @throws Error for what the browser cannot decode.
 */
export async function decodeHere(picture: TabPicture): Promise<Picture> {
  if (!('file' in picture)) return pictureOfPixels({ ...picture, channels: 4 });
  const bitmap = await createImageBitmap(picture.file, { premultiplyAlpha: 'none' }).catch(() => {
    throw new Error(
      `The browser cannot decode this picture (${picture.file.type || 'of unknown type'}, ${picture.file.size} bytes).`,
    );
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return pictureOfPixels({ width, height, channels: 4, data: context.getImageData(0, 0, width, height).data });
}
