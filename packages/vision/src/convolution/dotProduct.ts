import { placesUnder, type SlidingWindow } from './slidingWindow.js';

/** One value of a convolution or dense layer, laid open: `total` + `bias` = `value`. */
export interface DotProduct {
  /** Input channels that take part, and the first of them: a group of a grouped convolution begins later. */
  readonly slices: number;
  readonly firstSlice: number;
  /** Rows and columns of each slice. */
  readonly rows: number;
  readonly columns: number;
  /** [slices, rows, columns]: what the input holds there (0 in the padding), and the weights. */
  readonly patch: Float32Array;
  readonly weights: Float32Array;
  /** Places of the window that lie in the padding: [rows · columns], 1 where they do. */
  readonly padding: Uint8Array;
  /** [slices]: the products of each slice, added up. */
  readonly sums: Float64Array;
  readonly total: number;
  readonly bias: number;
  readonly value: number;
}

/** What a convolution's value at one place is made of. */
export interface ConvolutionPlace {
  /** One picture: [channels, height, width]. */
  readonly input: Float32Array;
  readonly dims: readonly [channels: number, height: number, width: number];
  /** The kernel of the output channel: [channels of its group, rows, columns]. */
  readonly weights: Float32Array;
  readonly bias: number;
  readonly window: SlidingWindow;
  readonly groups: number;
  /** Output channels of the convolution, the one that is asked for, and the place in its map. */
  readonly outputs: number;
  readonly channel: number;
  readonly row: number;
  readonly column: number;
}

/**
 * Patch × kernel at one position of a convolution: slice by slice, summed in double precision.
 *
 * @throws RangeError where the kernel's size does not fit.
 * @example const { sums, total, bias, value } = convolutionDotProduct(place); // value = total + bias
 */
export function convolutionDotProduct(place: ConvolutionPlace): DotProduct {
  const { input, dims, weights, window, groups, outputs, channel } = place;
  const [channels, height, width] = dims;
  const [rows, columns] = window.kernel;
  const slices = channels / groups;
  const size = rows * columns;
  if (weights.length !== slices * size)
    throw new RangeError(
      `A kernel of ${weights.length} weights does not fit ${slices} input channels of ${rows}×${columns} (${channels} in ${groups} groups).`,
    );
  const firstSlice = Math.floor((channel * groups) / outputs) * slices;
  const places = placesUnder(window, [height, width], place.row, place.column);
  const patch = new Float32Array(slices * size);
  for (let s = 0; s < slices; s++)
    for (let k = 0; k < size; k++)
      patch[s * size + k] = places[k]! < 0 ? 0 : input[(firstSlice + s) * height * width + places[k]!]!;
  const padding = Uint8Array.from(places, (at) => (at < 0 ? 1 : 0));
  return { ...summed(patch, weights, slices, place.bias), firstSlice, rows, columns, padding };
}

/** What a dense layer's value is made of. */
export interface DensePlace {
  readonly input: Float32Array;
  /** The weights of the output channel, as many as inputs. */
  readonly weights: Float32Array;
  readonly bias: number;
  /** Where the input is a map laid out as a vector: its channels, rows and columns. Default: every input is a slice of its own. */
  readonly map?: readonly [channels: number, rows: number, columns: number];
}

/** Input × weights of a dense layer: like a convolution whose kernel is as large as its input. */
export function denseDotProduct({ input, weights, bias, map }: DensePlace): DotProduct {
  const [slices, rows, columns] = map ?? [input.length, 1, 1];
  if (weights.length !== input.length || slices * rows * columns !== input.length)
    throw new RangeError(
      `${weights.length} weights do not fit an input of ${input.length} numbers as ${slices}×${rows}×${columns}.`,
    );
  return {
    ...summed(input.slice(), weights, slices, bias),
    ...{ firstSlice: 0, rows, columns, padding: new Uint8Array(rows * columns) },
  };
}

function summed(
  patch: Float32Array,
  weights: Float32Array,
  slices: number,
  bias: number,
): Pick<DotProduct, 'slices' | 'patch' | 'weights' | 'sums' | 'total' | 'bias' | 'value'> {
  const size = patch.length / slices;
  const sums = new Float64Array(slices);
  for (let i = 0; i < patch.length; i++) sums[Math.floor(i / size)]! += patch[i]! * weights[i]!;
  const total = sums.reduce((a, b) => a + b, 0);
  return { slices, patch, weights, sums, total, bias, value: total + bias };
}
