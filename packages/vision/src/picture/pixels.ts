import type { Picture } from './picture.js';

/** Pixels as they come from a canvas or a camera: [height, width, channels], 8 bits a channel. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 3 (RGB) or 4 (RGBA). */
  readonly channels: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/**
 * A picture of pixels; transparency is laid over white.
 *
 * @throws RangeError where the numbers do not fit together.
 * @example pictureOfPixels({ width, height, channels: 4, data: context.getImageData(0, 0, width, height).data })
 */
export function pictureOfPixels({ width, height, channels, data }: Pixels): Picture {
  const fits =
    Number.isInteger(width) && width > 0 && Number.isInteger(height) && height > 0 && (channels === 3 || channels === 4);
  if (!fits || data.length !== width * height * channels)
    throw new RangeError(
      `${width}×${height} pixels of ${channels} channels (3 or 4 are possible) do not make the ${data.length} bytes that were given.`,
    );
  if (channels === 3) return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const alpha = data[4 * i + 3]!;
    for (let c = 0; c < 3; c++) {
      const value = data[4 * i + c]!;
      rgb[3 * i + c] = alpha === 255 ? value : Math.round((value * alpha + 255 * (255 - alpha)) / 255);
    }
  }
  return { width, height, data: rgb };
}
