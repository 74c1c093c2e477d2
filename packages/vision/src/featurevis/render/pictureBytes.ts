/** Pictures [n, planes, pixels] in 0 … 1 as bytes [n, pixels, planes]. */
export function picturesToBytes(values: Float32Array, count: number, planes: number, pixels: number): Uint8Array {
  const bytes = new Uint8Array(count * pixels * planes);
  for (let i = 0; i < count; i++)
    for (let p = 0; p < pixels; p++)
      for (let c = 0; c < planes; c++)
        bytes[(i * pixels + p) * planes + c] = Math.round(values[(i * planes + c) * pixels + p]! * 255);
  return bytes;
}

/** The inverse of {@link picturesToBytes}, but for what rounding took. */
export function bytesToPictures(bytes: Uint8Array, planes: number, pixels: number, target: Float32Array): void {
  for (let k = 0; k < bytes.length; k++) {
    const c = k % planes;
    const p = Math.floor(k / planes);
    target[(Math.floor(p / pixels) * planes + c) * pixels + (p % pixels)] = bytes[k]! / 255;
  }
}

/** Bytes [n, pixels, planes] to look at, [n, pixels, 3]: colours as they are, otherwise the first three planes, or the first as grey. */
export function rgbOf(bytes: Uint8Array, planes: number): Uint8Array {
  if (planes === 3) return bytes;
  const pixels = bytes.length / planes;
  const rgb = new Uint8Array(pixels * 3);
  for (let p = 0; p < pixels; p++) for (let c = 0; c < 3; c++) rgb[p * 3 + c] = bytes[p * planes + (planes < 3 ? 0 : c)]!;
  return rgb;
}
