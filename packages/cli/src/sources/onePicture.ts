import { readFile } from 'node:fs/promises';
import { decodePicture, type Picture, PictureError } from '@incognita/vision';
import { UsageError } from '../errors.js';

/**
 * A picture that a user named.
 *
 * @throws UsageError that names the file, where it cannot be read, is no picture, is damaged or too large.
 */
export async function onePicture(
  path: string,
  { maxMegapixels }: { readonly maxMegapixels?: number | undefined } = {},
): Promise<Picture> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new UsageError(`cannot read ${path}: ${error.message}`);
  });
  return decodePicture(bytes, maxMegapixels === undefined ? {} : { maxMegapixels }).catch((error) => {
    throw error instanceof PictureError ? new UsageError(`${path}: ${error.message}`) : error;
  });
}
