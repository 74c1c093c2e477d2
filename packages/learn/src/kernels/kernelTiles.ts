/** A first-layer kernel as a picture, and what it is like. */
export interface KernelTile {
  /** Its number in the layer. */
  readonly channel: number;
  /** Red, green, blue of 0 … 255, [side, side, 3]: grey is zero, and the largest weight of the kernel is at the end of the range. */
  readonly rgb: Uint8Array;
  readonly sidePx: number;
  /** Share of its energy that is colour and not brightness, 0 … 1. */
  readonly colour: number;
  /** Direction across which its brightness changes most, 0 … π; meaningful for edges and gratings. */
  readonly orientation: number;
  /** How much of its change is along that one direction: 0 for a blob, 1 for an edge. */
  readonly oriented: number;
}

/**
 * The kernels [channels, 3, side, side] of a first layer as pictures, those of brightness first in the order of their orientation, then those of colour in the
 * order of their hue.
 *
 * @throws RangeError where they are not kernels over red, green and blue.
 */
export function kernelTiles(weights: Float32Array, dims: readonly number[]): KernelTile[] {
  const [channels, colours, height, width] = dims;
  if (dims.length !== 4 || colours !== 3 || height !== width)
    throw new RangeError(`Square kernels over red, green and blue can be drawn, but these are [${dims.join(', ')}].`);
  const each = 3 * height! * width!;
  const tiles = Array.from({ length: channels! }, (_, channel) =>
    tileOf(weights.subarray(channel * each, (channel + 1) * each), channel, width!),
  );
  const isColour = (tile: KernelTile): boolean => tile.colour > COLOUR;
  const bright = tiles.filter((tile) => !isColour(tile)).sort((a, b) => a.orientation - b.orientation);
  const coloured = tiles.filter(isColour).sort((a, b) => hueOf(a) - hueOf(b));
  return [...bright, ...coloured];
}

/** A kernel with a larger share of colour than this is one of colour. */
const COLOUR = 0.35;

function tileOf(kernel: Float32Array, channel: number, sidePx: number): KernelTile {
  const plane = sidePx * sidePx;
  const most = kernel.reduce((largest, weight) => Math.max(largest, Math.abs(weight)), 0) || 1;
  const rgb = new Uint8Array(3 * plane);
  const brightness = new Float64Array(plane);
  let [all, colour] = [0, 0];
  for (let p = 0; p < plane; p++) {
    const own = [0, 1, 2].map((c) => kernel[c * plane + p]!);
    const grey = (own[0]! + own[1]! + own[2]!) / 3;
    brightness[p] = grey;
    for (const [c, weight] of own.entries()) {
      rgb[3 * p + c] = Math.round(127.5 + (127.5 * weight) / most);
      all += weight * weight;
      colour += (weight - grey) ** 2;
    }
  }
  return { channel, rgb, sidePx, colour: all === 0 ? 0 : colour / all, ...orientationOf(brightness, sidePx) };
}

/** The main direction of the gradient: the structure tensor's (Bigün and Granlund 1987). */
function orientationOf(values: Float64Array, sidePx: number): { orientation: number; oriented: number } {
  let [xx, yy, xy] = [0, 0, 0];
  for (let y = 0; y < sidePx - 1; y++)
    for (let x = 0; x < sidePx - 1; x++) {
      const [a, b, c, d] = [0, 1, sidePx, sidePx + 1].map((step) => values[y * sidePx + x + step]!) as [
        number,
        number,
        number,
        number,
      ];
      const [dx, dy] = [(b + d - a - c) / 2, (c + d - a - b) / 2];
      xx += dx * dx;
      yy += dy * dy;
      xy += dx * dy;
    }
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  return {
    orientation: angle < 0 ? angle + Math.PI : angle,
    oriented: xx + yy === 0 ? 0 : Math.hypot(xx - yy, 2 * xy) / (xx + yy),
  };
}

/** Hue of the colour in which the kernel is strongest, 0 … 2π about the grey axis. */
function hueOf({ rgb }: KernelTile): number {
  let [best, hue] = [-1, 0];
  for (let p = 0; p < rgb.length; p += 3) {
    const [r, g, b] = [rgb[p]!, rgb[p + 1]!, rgb[p + 2]!];
    const [alpha, beta] = [r - (g + b) / 2, (Math.sqrt(3) / 2) * (g - b)];
    const strength = Math.hypot(alpha, beta);
    if (strength > best) [best, hue] = [strength, Math.atan2(beta, alpha)];
  }
  // A kernel and its negative stand together: blue against yellow is yellow against blue.
  return hue < 0 ? hue + Math.PI : hue;
}
