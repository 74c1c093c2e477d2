import type { GraphBuilder } from '../builder.js';

/** Geometry of a sliding window over the spatial axes, in elements; pads are [begin…, end…] as in the specification. */
export interface WindowOptions {
  readonly strides?: readonly number[];
  readonly pads?: readonly number[];
  readonly dilations?: readonly number[];
}

/** Options of {@link conv}. */
export interface ConvOptions extends WindowOptions {
  readonly group?: number;
}

/** Convolution of x [n,c,…] with weight [k,c/group,…] and an optional bias [k]. */
export function conv(b: GraphBuilder, x: string, weight: string, bias?: string, options: ConvOptions = {}): string {
  return b.op('Conv', bias === undefined ? [x, weight] : [x, weight, bias], { ...options });
}

/** Options of {@link convTranspose}. */
export interface ConvTransposeOptions extends ConvOptions {
  readonly outputPadding?: readonly number[];
}

/** Transposed convolution of x [n,c,…] with weight [c,k/group,…]: the adjoint of {@link conv}. */
export function convTranspose(
  b: GraphBuilder,
  x: string,
  weight: string,
  bias?: string,
  options: ConvTransposeOptions = {},
): string {
  const { outputPadding, ...rest } = options;
  return b.op('ConvTranspose', bias === undefined ? [x, weight] : [x, weight, bias], { ...rest, output_padding: outputPadding });
}

/** Options of pools. */
export interface PoolOptions extends WindowOptions {
  readonly ceilMode?: boolean;
}

/** Maximum over a sliding window. */
export function maxPool(b: GraphBuilder, x: string, kernel: readonly number[], options: PoolOptions = {}): string {
  return b.op('MaxPool', [x], poolAttributes(kernel, options));
}

/** Maximum over a sliding window, and where it is: int64 positions in the flattened input, including the batch and channel axes. */
export function maxPoolWithIndices(
  b: GraphBuilder,
  x: string,
  kernel: readonly number[],
  options: PoolOptions = {},
): { readonly output: string; readonly indices: string } {
  const [output, indices] = b.ops('MaxPool', [x], 2, poolAttributes(kernel, options));
  return { output: output!, indices: indices! };
}

/** Mean over a sliding window; `countIncludePad` counts the zeros of the padding as elements. */
export function averagePool(
  b: GraphBuilder,
  x: string,
  kernel: readonly number[],
  options: PoolOptions & { readonly countIncludePad?: boolean } = {},
): string {
  return b.op('AveragePool', [x], {
    ...poolAttributes(kernel, options),
    count_include_pad: options.countIncludePad ? 1 : undefined,
  });
}

/** Mean over all spatial positions, which become 1. */
export function globalAveragePool(b: GraphBuilder, x: string): string {
  return b.op('GlobalAveragePool', [x]);
}

function poolAttributes(kernel: readonly number[], options: PoolOptions) {
  return {
    kernel_shape: kernel,
    strides: options.strides,
    pads: options.pads,
    dilations: options.dilations,
    ceil_mode: options.ceilMode ? 1 : undefined,
  };
}
