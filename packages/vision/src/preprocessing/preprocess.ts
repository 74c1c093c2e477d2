import type { Picture } from '../picture/picture.js';
import { channelsOf, LUMA, type Preprocessing } from './preprocessing.js';
import { resizePicture } from './resize.js';

/** What {@link preprocess} gives. */
export interface PreprocessedPicture {
  /** [channels, height, width], or [height, width, channels] where the layout is `nhwc`. */
  readonly input: Float32Array;
  /** What the network saw, in its size, 8-bit RGB (grey is repeated): `input` holds no more than this. */
  readonly seen: Picture;
}

/**
 * Turns a picture into a network's input. The resized picture is rounded to 8 bits before it is normalised, so that `seen` is
 * exactly what the network saw.
 *
 * @example const { input } = preprocess(await decodePicture(bytes), resolvePreprocessing(model));
 */
export function preprocess(picture: Picture, preprocessing: Preprocessing): PreprocessedPicture {
  const fitted = fit(picture, preprocessing);
  const seen = preprocessing.colorOrder === 'gray' ? grey(fitted) : fitted;
  return { input: normalize(seen, preprocessing), seen };
}

/** Resizes a picture to the network's size by the preprocessing's rule. */
export function fit(picture: Picture, preprocessing: Preprocessing): Picture {
  const { widthPx, heightPx, resize } = preprocessing;
  if (resize === 'stretch') return resizePicture(picture, widthPx, heightPx);
  const ratios = [widthPx / picture.width, heightPx / picture.height];
  const ratio = resize === 'crop' ? Math.max(...ratios) : Math.min(...ratios);
  const width = ratio === ratios[0] ? widthPx : Math.max(1, Math.floor(picture.width * ratio));
  const height = ratio === ratios[1] ? heightPx : Math.max(1, Math.floor(picture.height * ratio));
  if (resize === 'crop') {
    const window = {
      x: Math.round((width - widthPx) / 2),
      y: Math.round((height - heightPx) / 2),
      width: widthPx,
      height: heightPx,
    };
    return resizePicture(picture, width, height, window);
  }
  return padded(resizePicture(picture, width, height), preprocessing);
}

function padded(picture: Picture, preprocessing: Preprocessing): Picture {
  const { widthPx, heightPx } = preprocessing;
  const color = [0, 1, 2].map((c) => {
    const at = sourceChannel(preprocessing, c);
    return Math.max(0, Math.min(255, Math.round(preprocessing.mean[at]! * preprocessing.divisor)));
  });
  const data = new Uint8Array(widthPx * heightPx * 3);
  for (let i = 0; i < data.length; i++) data[i] = color[i % 3]!;
  const x = Math.floor((widthPx - picture.width) / 2);
  const y = Math.floor((heightPx - picture.height) / 2);
  for (let row = 0; row < picture.height; row++)
    data.set(picture.data.subarray(row * picture.width * 3, (row + 1) * picture.width * 3), ((y + row) * widthPx + x) * 3);
  return { width: widthPx, height: heightPx, data };
}

function grey({ width, height, data }: Picture): Picture {
  const out = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 3)
    out.fill(Math.round(LUMA[0]! * data[i]! + LUMA[1]! * data[i + 1]! + LUMA[2]! * data[i + 2]!), i, i + 3);
  return { width, height, data: out };
}

function normalize(seen: Picture, preprocessing: Preprocessing): Float32Array {
  const { divisor, mean, std, layout } = preprocessing;
  const channels = channelsOf(preprocessing);
  const pixels = seen.width * seen.height;
  const input = new Float32Array(pixels * channels);
  for (let c = 0; c < channels; c++) {
    const from = sourceChannel(preprocessing, c);
    const table = Float32Array.from({ length: 256 }, (_, value) => (value / divisor - mean[c]!) / std[c]!);
    for (let i = 0; i < pixels; i++)
      input[layout === 'nchw' ? c * pixels + i : i * channels + c] = table[seen.data[i * 3 + from]!]!;
  }
  return input;
}

/**
 * The inverse of {@link preprocess} for display: a network's input as a picture, clipped to 0 … 255.
 *
 * @param input one picture, shaped as the preprocessing says.
 */
export function toPicture(input: Float32Array, preprocessing: Preprocessing): Picture {
  const { widthPx, heightPx, divisor, mean, std, layout } = preprocessing;
  const channels = channelsOf(preprocessing);
  const pixels = widthPx * heightPx;
  if (input.length !== pixels * channels)
    throw new RangeError(
      `An input of ${widthPx}×${heightPx}×${channels} holds ${pixels * channels} values, but ${input.length} were given.`,
    );
  const data = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++)
    for (let color = 0; color < 3; color++) {
      const c = sourceChannel(preprocessing, color);
      const value = (input[layout === 'nchw' ? c * pixels + i : i * channels + c]! * std[c]! + mean[c]!) * divisor;
      data[i * 3 + color] = Math.max(0, Math.min(255, Math.round(value)));
    }
  return { width: widthPx, height: heightPx, data };
}

/** The network's channel that holds RGB colour c, and as well the RGB colour that the network's channel c holds. */
function sourceChannel({ colorOrder }: Preprocessing, c: number): number {
  if (colorOrder === 'gray') return 0;
  return colorOrder === 'bgr' ? 2 - c : c;
}
