import { sharp } from './sharp.node.js';

/** Raw pixels [height, width, channels], 8 bits a channel. */
export interface RawPicture {
  readonly width: number;
  readonly height: number;
  /** 3 (RGB) or 4 (RGBA); default 3. */
  readonly channels?: number;
  readonly data: Uint8Array;
}

/** How {@link encodeWebp} compresses: a quality of 1 … 100 (default 80), or without loss. */
export type WebpOptions = { readonly quality?: number; readonly lossless?: false } | { readonly lossless: true };

/**
 * Encodes a picture as WebP. The same pixels and options give the same bytes.
 *
 * @example await encodeWebp(picture, { quality: 85 });
 */
export async function encodeWebp(picture: RawPicture, options: WebpOptions = {}): Promise<Uint8Array> {
  const webp = options.lossless ? { lossless: true } : { quality: options.quality ?? 80, smartSubsample: true };
  return bytesOf(
    await open(picture)
      .webp({ effort: 4, ...webp })
      .toBuffer(),
  );
}

/** Encodes a picture as PNG. The same pixels give the same bytes. */
export async function encodePng(picture: RawPicture): Promise<Uint8Array> {
  return bytesOf(await open(picture).png({ compressionLevel: 9 }).toBuffer());
}

function open({ width, height, channels = 3, data }: RawPicture): ReturnType<typeof sharp> {
  if (channels !== 3 && channels !== 4) throw new RangeError(`A picture has 3 or 4 channels, not ${channels}.`);
  if (data.length !== width * height * channels)
    throw new RangeError(
      `${width}×${height}×${channels} pixels need ${width * height * channels} bytes, but ${data.length} were given.`,
    );
  return sharp(data, { raw: { width, height, channels } });
}

function bytesOf(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
