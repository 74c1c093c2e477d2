import type { Picture } from './picture.js';
import { sharp } from './sharp.node.js';

/** A file that could not be decoded; `message` is a plain reason, fit to be listed beside the file's name. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
}

/** Options of {@link decodePicture}. */
export interface DecodeOptions {
  /** Larger pictures are refused before their pixels are decoded; default 50. */
  readonly maxMegapixels?: number;
}

/** Vector pictures are drawn with their long side at least this long. */
const VECTOR_SIZE_PX = 512;
/** Pixels an inch at which an SVG's own size is stated. */
const VECTOR_DPI = 72;

/**
 * Decodes any picture that libvips reads (JPEG, PNG, WebP, AVIF, GIF, TIFF, SVG) to what a person would see: rotated as its
 * EXIF orientation says, ICC profiles and CMYK turned into sRGB, 16 bits into 8, grey into RGB, transparency laid over white,
 * the first frame of an animation. SVGs are drawn with a long side of at least 512 pixels.
 *
 * @throws PictureError for an empty file, something that is no picture or is damaged, or one with too many pixels.
 * @example const picture = await decodePicture(await readFile('cat.jpg'));
 */
export async function decodePicture(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Picture> {
  const { maxMegapixels = 50 } = options;
  if (bytes.length === 0) throw new PictureError('the file is empty (0 bytes)');
  const { width, height, format } = await header(bytes);
  const megapixels = (width * height) / 1e6;
  if (megapixels > maxMegapixels)
    throw new PictureError(
      `${width} × ${height} = ${Number(megapixels.toPrecision(3))} megapixels exceeds the limit of ${maxMegapixels}; raise --max-megapixels`,
    );
  const density = format === 'svg' ? Math.max(VECTOR_DPI, (VECTOR_DPI * VECTOR_SIZE_PX) / Math.max(width, height)) : undefined;
  try {
    const { data, info } = await sharp(bytes, {
      limitInputPixels: false,
      failOn: 'truncated',
      pages: 1,
      ...(density ? { density } : {}),
    })
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: toRgb(data, info.channels) };
  } catch (error) {
    throw damaged(error);
  }
}

async function header(bytes: Uint8Array): Promise<{ width: number; height: number; format: string }> {
  try {
    const { width, height, format } = await sharp(bytes, { limitInputPixels: false, pages: 1 }).metadata();
    return { width, height, format };
  } catch (error) {
    throw damaged(error);
  }
}

function damaged(error: unknown): PictureError {
  const [reason] = String(error instanceof Error ? error.message : error).split('\n');
  return new PictureError(`not a picture or damaged: ${reason}`);
}

function toRgb(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const pixels = data.length / channels;
  const rgb = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) for (let c = 0; c < 3; c++) rgb[i * 3 + c] = data[i * channels + (channels < 3 ? 0 : c)]!;
  return rgb;
}
