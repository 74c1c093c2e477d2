/** Colours of the theme that numbers are drawn in, as red, green, blue. */
export interface Palette {
  readonly ground: readonly [number, number, number];
  readonly positive: readonly [number, number, number];
  readonly negative: readonly [number, number, number];
}

/** Reads the theme's colours from an element. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const read = (name: string) => rgb(style.getPropertyValue(name).trim());
  return { ground: read('--sunken'), positive: read('--positive'), negative: read('--negative') };
}

function rgb(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** A palette for numbers that lie over a picture: without a ground, so that small ones are transparent. */
type OverPicture = Omit<Palette, 'ground'> & { readonly ground: Palette['ground'] | null };

/**
 * Pixels of numbers: the ground for zero, towards one colour above and the other below, in proportion to the largest size. What is no finite number is
 * transparent.
 */
export function shade(
  values: ArrayLike<number>,
  most: number,
  { ground, positive, negative }: OverPicture,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(values.length * 4);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(Math.abs(value) < 1e30)) continue;
    const share = most === 0 ? 0 : Math.min(1, Math.abs(value) / most);
    const towards = value < 0 ? negative : positive;
    for (let c = 0; c < 3; c++)
      pixels[i * 4 + c] = ground === null ? towards[c]! : ground[c]! + (towards[c]! - ground[c]!) * share;
    pixels[i * 4 + 3] = ground === null ? 255 * share : 255;
  }
  return pixels;
}

/** The largest size among finite numbers. */
export function largestSize(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (size > most && size < 1e30) most = size;
  }
  return most;
}
