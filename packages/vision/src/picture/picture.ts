/** A decoded picture: 8-bit sRGB, row-major, three bytes a pixel. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3]. */
  readonly data: Uint8Array;
}

/** A rectangle in whole pixels: columns `x` … `x + width − 1`, rows `y` … `y + height − 1`. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The part of a picture inside `rect`; the rectangle must lie within the picture.
 *
 * @throws RangeError naming the rectangle and the picture's size when it does not.
 */
export function cropPicture(picture: Picture, rect: Rect): Picture {
  const { x, y, width, height } = rect;
  if (x < 0 || y < 0 || width < 1 || height < 1 || x + width > picture.width || y + height > picture.height)
    throw new RangeError(
      `The rectangle ${width}×${height} at (${x}, ${y}) does not lie within the picture of ${picture.width}×${picture.height} pixels.`,
    );
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * picture.width + x) * 3;
    data.set(picture.data.subarray(start, start + width * 3), row * width * 3);
  }
  return { width, height, data };
}
