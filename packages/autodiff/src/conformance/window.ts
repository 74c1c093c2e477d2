import type { AttributeInput } from '@incognita/onnx';
import type { Draw } from './draw.js';
import { type Case, type Generator, single } from './problem.js';

/** A window that fits into an image with its padding, over one to three axes of space. */
interface Drawn {
  readonly space: readonly number[];
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
}

function window(draw: Draw, options: { readonly dilated?: boolean; readonly wide?: boolean } = {}): Drawn {
  const rank = draw.pick([1, 2, 2, 2, 3]);
  const each = (make: (i: number) => number): number[] => draw.times(rank, make);
  const kernel = each(() => draw.integer(1, 3));
  const dilations = each(() => (options.dilated && draw.chance(0.3) ? 2 : 1));
  const strides = each(() => draw.integer(1, 3));
  // A pooling window must see at least one element: its padding is smaller than the kernel.
  const pads = [...kernel, ...kernel].map((k) => (draw.chance(0.4) ? draw.integer(0, options.wide ? k + 1 : k - 1) : 0));
  const space = each((i) => dilations[i]! * (kernel[i]! - 1) + 1 + draw.integer(0, rank === 3 ? 2 : 4));
  return { space, kernel, strides, dilations, pads };
}

function pooling(draw: Draw, op: string, more: Record<string, AttributeInput>, dilated: boolean): Case {
  const { space, kernel, strides, dilations, pads } = window(draw, { dilated });
  // Where the last window would begin outside, ONNX Runtime's shape inference contradicts its own kernel.
  const begins = space.every((size, i) => {
    const free = size + pads[i]! + pads[i + space.length]! - dilations[i]! * (kernel[i]! - 1) - 1;
    return Math.ceil(free / strides[i]!) * strides[i]! < size + pads[i]!;
  });
  const ceil = begins && draw.chance(0.3) ? { ceil_mode: 1 } : {};
  const auto = !ceil.ceil_mode && dilations.every((d) => d === 1) && draw.chance(0.15);
  const padding = auto ? { auto_pad: draw.pick(['SAME_UPPER', 'SAME_LOWER', 'VALID']) } : { pads };
  const spread = dilations.some((d) => d > 1) ? { dilations } : {};
  return {
    op,
    inputs: [[draw.integer(1, 2), draw.integer(1, 2), ...space]],
    attributes: { kernel_shape: kernel, strides, ...padding, ...spread, ...ceil, ...more },
  };
}

function maxPool(draw: Draw): Case {
  const given = pooling(draw, 'MaxPool', {}, true);
  const kinked = draw.chance(0.3);
  return { ...given, inputs: kinked ? [draw.ties(given.inputs[0] as number[])] : given.inputs, kinked };
}

function averagePool(draw: Draw): Case {
  const given = pooling(draw, 'AveragePool', { count_include_pad: draw.integer(0, 1) }, true);
  return given;
}

function lpPool(draw: Draw): Case {
  return pooling(draw, 'LpPool', { p: draw.integer(1, 3) }, true);
}

function global(draw: Draw, op: string): Case {
  const dims = [draw.integer(1, 2), draw.integer(1, 3), ...draw.dims({ rank: [1, 3] })];
  const kinked = op === 'GlobalMaxPool' && draw.chance(0.3);
  return { op, inputs: [kinked ? draw.ties(dims) : dims], kinked };
}

const SPACE = 'convolutions over three axes of space can be neither grouped nor transposed';
const solid = (space: readonly number[]) => space.length > 2 && { exceptions: { webgpu: { reason: SPACE } } };

function conv(draw: Draw): Case {
  const { space, kernel, strides, dilations, pads } = window(draw, { dilated: true, wide: true });
  const groups = draw.pick([1, 1, 2, 3]);
  const [into, out] = [draw.integer(1, 2), draw.integer(1, 2)];
  const auto = draw.chance(0.15) && dilations.every((d) => d === 1);
  const padding = auto ? { auto_pad: draw.pick(['SAME_UPPER', 'SAME_LOWER', 'VALID']) } : { pads };
  const bias = draw.chance() ? [[groups * out]] : [];
  return {
    op: 'Conv',
    inputs: [[draw.integer(1, 2), groups * into, ...space], [groups * out, into, ...kernel], ...bias],
    attributes: { group: groups, strides, dilations, ...padding },
    symbolic: draw.chance(0.3),
    ...solid(space),
  };
}

function convTranspose(draw: Draw): Case {
  const { space, kernel, strides, dilations, pads } = window(draw, { dilated: true });
  const groups = draw.pick([1, 1, 2]);
  const [into, out] = [draw.integer(1, 2), draw.integer(1, 2)];
  const padding = draw.pick(['pads', 'pads', 'auto', 'shape'] as const);
  const output_padding = strides.map((s) => (draw.chance(0.3) ? draw.integer(0, s - 1) : 0));
  const bias = draw.chance() ? [[groups * out]] : [];
  const whole = space.map((size, i) => strides[i]! * (size - 1) + dilations[i]! * (kernel[i]! - 1) + 1);
  const sized = {
    pads: { pads, output_padding },
    auto: { auto_pad: draw.pick(['SAME_UPPER', 'SAME_LOWER']) },
    shape: { output_shape: whole.map((size) => Math.max(1, size - draw.integer(0, 2))) },
  }[padding];
  return {
    op: 'ConvTranspose',
    inputs: [[draw.integer(1, 2), groups * into, ...space], [groups * into, out, ...kernel], ...bias],
    attributes: { group: groups, strides, dilations, ...sized },
    symbolic: draw.chance(0.3),
    ...solid(space),
  };
}

const of =
  (make: (draw: Draw) => Case): Generator =>
  (draw) =>
    single(draw, make(draw));

export const convolution: Readonly<Record<string, Generator>> = { Conv: of(conv), ConvTranspose: of(convTranspose) };

export const poolings: Readonly<Record<string, Generator>> = {
  MaxPool: of(maxPool),
  AveragePool: of(averagePool),
  LpPool: of(lpPool),
  GlobalAveragePool: of((draw) => global(draw, 'GlobalAveragePool')),
  GlobalMaxPool: of((draw) => global(draw, 'GlobalMaxPool')),
};
