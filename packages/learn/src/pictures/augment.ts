import type { Random } from '@incognita/runtime';

/** How far pictures are changed at random while training. Zero everywhere: not at all. */
export interface Augmentation {
  /** Largest rotation either way. */
  readonly rotateDegrees: number;
  /** Largest change of size: a factor between 1/(1 + x) and 1 + x. */
  readonly scale: number;
  /** Largest change of the ratio of width to height, as for `scale`. */
  readonly stretch: number;
  /** Largest shear. */
  readonly shear: number;
  /** Largest shift as a share of the picture's side. */
  readonly shift: number;
  /** Probability of a mirror image. */
  readonly flip: number;
  /** Probability of a background of random colours, plain or from one to another, behind what is transparent. Else white. */
  readonly background: number;
  /** Largest change of contrast, and of brightness as a share of half the range. */
  readonly contrast: number;
  readonly brightness: number;
  /** Largest change of saturation. */
  readonly saturation: number;
  /** Largest rotation of the hue. */
  readonly hueDegrees: number;
  /** Probability that all colour goes. */
  readonly grey: number;
  /** Largest amplitude of uniform noise; the range of values is −1…1. */
  readonly noise: number;
}

/** Nothing is changed; what is transparent is white. */
export const NO_AUGMENTATION: Augmentation = {
  rotateDegrees: 0,
  scale: 0,
  stretch: 0,
  shear: 0,
  shift: 0,
  flip: 0,
  background: 0,
  contrast: 0,
  brightness: 0,
  saturation: 0,
  hueDegrees: 0,
  grey: 0,
  noise: 0,
};

/** A square picture: red, green, blue, alpha of 0…255, row by row. */
export interface RgbaPicture {
  readonly pixels: Uint8Array;
  /** Where it begins in `pixels`. */
  readonly offset: number;
  readonly sidePx: number;
}

/**
 * Draws a picture at another size, changed at random, as three planes (red, green, blue) of −1…1.
 *
 * The place of each output pixel is mapped back by one affine map and read by bilinear interpolation with alpha weights; beyond the border
 * everything is transparent. Colours: background, then hue and saturation about the grey axis, then contrast, brightness and noise.
 *
 * @param out receives 3 · sidePx² numbers from `at`.
 */
export function drawAugmented(
  picture: RgbaPicture,
  augmentation: Augmentation,
  random: Random,
  out: Float32Array,
  at: number,
  sidePx: number,
): void {
  const { pixels, offset, sidePx: from } = picture;
  const map = affineOf(augmentation, random, from, sidePx);
  const paper = paperOf(augmentation, random, sidePx);
  const colour = colourOf(augmentation, random);
  const plane = sidePx * sidePx;
  const half = (sidePx - 1) / 2;
  for (let v = 0; v < sidePx; v++)
    for (let u = 0; u < sidePx; u++) {
      const x = map[0] * (u - half) + map[1] * (v - half) + map[2];
      const y = map[3] * (u - half) + map[4] * (v - half) + map[5];
      const left = Math.floor(x);
      const top = Math.floor(y);
      let [r, g, b, alpha] = [0, 0, 0, 0];
      for (let corner = 0; corner < 4; corner++) {
        const column = left + (corner & 1);
        const row = top + (corner >> 1);
        if (column < 0 || row < 0 || column >= from || row >= from) continue;
        const p = offset + (row * from + column) * 4;
        const weight = ((1 - Math.abs(x - column)) * (1 - Math.abs(y - row)) * pixels[p + 3]!) / 255;
        r += weight * pixels[p]!;
        g += weight * pixels[p + 1]!;
        b += weight * pixels[p + 2]!;
        alpha += weight;
      }
      const along = Math.min(1, Math.max(0, paper.slopeX * (u - half) + paper.slopeY * (v - half) + 0.5));
      const behind = 1 - alpha;
      r = (r + behind * (paper.from[0] + along * paper.change[0])) / 127.5 - 1;
      g = (g + behind * (paper.from[1] + along * paper.change[1])) / 127.5 - 1;
      b = (b + behind * (paper.from[2] + along * paper.change[2])) / 127.5 - 1;
      const grey = (r + g + b) / 3;
      const { own, next, previous, gain, bias, noise } = colour;
      const lift = bias + (noise === 0 ? 0 : noise * (2 * random.uniform() - 1));
      const target = at + v * sidePx + u;
      // A rotation about the grey axis, scaled by the saturation, of what is not grey.
      out[target] = gain * (grey + own * (r - grey) + next * (g - grey) + previous * (b - grey)) + lift;
      out[target + plane] = gain * (grey + previous * (r - grey) + own * (g - grey) + next * (b - grey)) + lift;
      out[target + 2 * plane] = gain * (grey + next * (r - grey) + previous * (g - grey) + own * (b - grey)) + lift;
    }
}

const signed = (random: Random): number => 2 * random.uniform() - 1;
const factor = (random: Random, most: number): number => Math.exp(signed(random) * Math.log(1 + most));

/** Source coordinates as an affine map of output coordinates counted from the centre. */
function affineOf(
  a: Augmentation,
  random: Random,
  from: number,
  to: number,
): readonly [number, number, number, number, number, number] {
  const angle = (signed(random) * a.rotateDegrees * Math.PI) / 180;
  const size = (from / to) * factor(random, a.scale);
  const stretch = Math.sqrt(factor(random, a.stretch));
  const shear = signed(random) * a.shear;
  const mirror = random.uniform() < a.flip ? -1 : 1;
  const [shiftX, shiftY] = [signed(random) * a.shift * from, signed(random) * a.shift * from];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [x, y] = [size * stretch * mirror, size / stretch];
  const centre = (from - 1) / 2;
  return [x * cos, x * (shear * cos - sin), centre + shiftX, y * sin, y * (shear * sin + cos), centre + shiftY];
}

type Colour = readonly [number, number, number];

/** What lies behind the picture: one colour, or one that runs into another. */
function paperOf(
  a: Augmentation,
  random: Random,
  sidePx: number,
): { from: Colour; change: Colour; slopeX: number; slopeY: number } {
  if (random.uniform() >= a.background) return { from: [255, 255, 255], change: [0, 0, 0], slopeX: 0, slopeY: 0 };
  const draw = (): Colour => [255 * random.uniform(), 255 * random.uniform(), 255 * random.uniform()];
  const from = draw();
  const to = random.uniform() < 0.5 ? from : draw();
  const angle = 2 * Math.PI * random.uniform();
  return {
    from,
    change: [to[0] - from[0], to[1] - from[1], to[2] - from[2]],
    slopeX: Math.cos(angle) / sidePx,
    slopeY: Math.sin(angle) / sidePx,
  };
}

interface ColourChange {
  readonly own: number;
  readonly next: number;
  readonly previous: number;
  readonly gain: number;
  readonly bias: number;
  readonly noise: number;
}

/** Rotation about the grey axis (Rodrigues' formula) as a circulant matrix, times the saturation; then contrast and brightness. */
function colourOf(a: Augmentation, random: Random): ColourChange {
  const angle = (signed(random) * a.hueDegrees * Math.PI) / 180;
  const saturation = random.uniform() < a.grey ? 0 : factor(random, a.saturation);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle) / Math.sqrt(3)];
  return {
    own: saturation * (cos + (1 - cos) / 3),
    next: saturation * ((1 - cos) / 3 - sin),
    previous: saturation * ((1 - cos) / 3 + sin),
    gain: factor(random, a.contrast),
    bias: signed(random) * a.brightness,
    noise: a.noise * random.uniform(),
  };
}
