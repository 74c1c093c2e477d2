import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Model } from '@incognita/onnx';
import { decodePicture, layerBefore, type Method, macoOf, type Picture } from '@incognita/vision';
import { scanPictures } from '@incognita/workspace';
import { UsageError } from '../errors.js';
import { resolveTensor } from '../resolveTensor.js';
import { onePicture } from '../sources/onePicture.js';

/** Options that choose how pictures are found. */
export interface MethodOptions {
  readonly pixels?: boolean;
  readonly maco?: string;
  readonly accentuate?: string;
  readonly near?: string;
  readonly keep?: number;
  readonly maxMegapixels?: number;
}

/** Pictures whose spectrum MACO keeps: more change it little. */
const SPECTRUM_PICTURES = 64;

/**
 * The method that the options ask for, Fourier without any, for the unit of a tensor.
 *
 * @throws UsageError for options that exclude each other and for folders without a picture
 */
export async function chooseMethod(model: Model, options: MethodOptions): Promise<(tensor: string) => Method> {
  const asked = [options.pixels && '--pixels', options.maco && '--maco', options.accentuate && '--accentuate'].filter(Boolean);
  if (asked.length > 1) throw new UsageError(`${asked.join(' and ')} exclude each other: name one`);
  if (options.maco !== undefined) {
    const maco = macoOf(await somePictures(options.maco));
    return () => maco;
  }
  if (options.accentuate !== undefined) {
    const picture = await onePicture(options.accentuate, options);
    const named = options.near === undefined ? null : resolveTensor(model, options.near);
    const keep = options.keep === undefined ? {} : { keep: options.keep };
    return (tensor) => ({ kind: 'accentuation', picture, near: named ?? layerBefore(model, tensor), ...keep });
  }
  return () => ({ kind: options.pixels ? 'pixels' : 'fourier' });
}

/** Pictures spread over a folder; those that cannot be decoded are left out. */
async function somePictures(folder: string): Promise<Picture[]> {
  const { pictures } = await scanPictures(folder);
  const step = Math.max(1, pictures.length / SPECTRUM_PICTURES);
  const decoded: Picture[] = [];
  for (let i = 0; i < pictures.length; i += step) {
    const bytes = await readFile(join(folder, pictures[Math.floor(i)]!.file));
    const picture = await decodePicture(bytes).catch(() => null);
    if (picture !== null) decoded.push(picture);
  }
  if (decoded.length === 0)
    throw new UsageError(`${folder} holds no picture that can be read: MACO takes its spectrum from some`);
  return decoded;
}
