import { type AttributeInput, decompose, float } from '@incognita/onnx';
import type { Draw } from './draw.js';
import { type Case, type Generator, single } from './problem.js';
import { bytes } from './quantization.js';

type Drawn = Omit<Case, 'op' | 'domain'>;

function embed(draw: Draw): Drawn {
  const [b, s, h] = [draw.integer(1, 2), draw.integer(1, 3), 4];
  const ids = (max: number) => ({ data: Int32Array.from(draw.times(b * s, () => draw.integer(0, max))), dims: [b, s] });
  const segments = draw.chance();
  return {
    inputs: [ids(4), segments ? ids(1) : '', [5, h], [6, h], segments ? [2, h] : '', [h], [h]],
    attributes: { epsilon: float(0.1), mask_index_type: 0 },
    symbolic: false,
  };
}

function biased(draw: Draw): Drawn {
  const dims = draw.dims({ rank: 3 });
  return { inputs: [dims, [dims[2]!], dims] };
}

function splitGelu(draw: Draw): Drawn {
  const dims = [...draw.dims({ rank: 2 }), 2 * draw.integer(1, 3)];
  return { inputs: [dims, [dims[2]!]] };
}

function softmax(draw: Draw): Drawn {
  const dims = draw.dims({ rank: 3 });
  return { inputs: [dims, [1, 1, dims[2]!]], attributes: { axis: draw.axis(3), is_inner_broadcast: 0 } };
}

function groupNorm(draw: Draw, skips: boolean): Drawn {
  const groups = draw.integer(1, 3);
  const [n, h, w, c] = [draw.integer(1, 2), draw.integer(2, 3), draw.integer(1, 3), groups * draw.integer(1, 2)];
  const dims = [n, h, w, c];
  const attributes: Record<string, AttributeInput> = { groups, activation: draw.integer(0, 1), epsilon: float(0.1) };
  if (!skips) return { inputs: [dims, [c], [c]], attributes, symbolic: false };
  const skip = draw.pick([dims, [n, 1, 1, c], [n, c]]);
  return { inputs: [dims, [c], [c], skip, [c]], attributes, outputs: 2, of: [0, 1], symbolic: false };
}

function channelsLast(draw: Draw, attributes: Record<string, AttributeInput>): Drawn {
  const [n, h, w, c, k] = [draw.integer(1, 2), draw.integer(3, 4), draw.integer(3, 4), draw.integer(1, 2), draw.integer(1, 3)];
  return {
    inputs: [[n, h, w, c], [k, c, 3, 3], [k]],
    attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1], ...attributes },
    symbolic: false,
  };
}

function poolLast(draw: Draw): Drawn {
  const dims = [draw.integer(1, 2), draw.integer(2, 4), draw.integer(2, 4), draw.integer(1, 3)];
  return { inputs: [dims], attributes: { kernel_shape: [2, 2] }, symbolic: false, step: 1e-3 };
}

function activated(draw: Draw): Drawn {
  const [m, k, n] = draw.times(3, () => draw.integer(1, 3)) as [number, number, number];
  const activation = draw.pick([{ activation: 'Tanh' }, { activation: 'Softmax', activation_axis: -1 }]);
  return {
    inputs: [
      [2, m, k],
      [2, n, k],
    ],
    attributes: { transB: 1, alpha: float(0.7), ...activation },
  };
}

/** Rows of a table of 4 or 8 bits, of which the scales vary. */
function gatherBlocks(draw: Draw): Drawn {
  const [rows, blocks, size, bits] = [draw.integer(1, 4), draw.integer(1, 2), 16, draw.pick([4, 8])];
  const zeros = draw.chance() ? bytes(draw, [rows, Math.ceil((blocks * bits) / 8)], 'uint8') : '';
  const ids = { ints: draw.times(3, () => draw.integer(0, rows - 1)), dims: [3] };
  return {
    inputs: [bytes(draw, [rows, (blocks * size * bits) / 8], 'uint8'), ids, [rows, blocks], zeros],
    attributes: { bits, block_size: size, quantize_axis: 1, gather_axis: 0 },
    symbolic: false,
  };
}

function bnb4(draw: Draw): Drawn {
  const [k, n] = [16 * draw.integer(1, 2), draw.integer(1, 3)];
  const magnitudes = { floats: [...draw.values([(n * k) / 16], 0.5, 1).data] };
  const attributes = { K: k, N: n, block_size: 16, quant_type: draw.integer(0, 1) };
  return { inputs: [[2, k], bytes(draw, [(n * k) / 2], 'uint8'), magnitudes], attributes, symbolic: false };
}

/** One token behind a cache. */
function maskedDecoder(draw: Draw): Drawn {
  const [b, heads, size] = [draw.integer(1, 2), draw.integer(1, 2), 4];
  const one = [b, 1, heads * size];
  const past = [b, heads, draw.integer(1, 3), size];
  const attributes = { num_heads: heads, past_present_share_buffer: 0 };
  return { inputs: [one, one, one, '', '', past, past], attributes, outputs: 3, of: [0, 1, 2], symbolic: false };
}

const cases: Readonly<Record<string, (draw: Draw) => Drawn>> = {
  BiasAdd: biased,
  BiasDropout: biased,
  BiasSoftmax: softmax,
  BiasSplitGelu: splitGelu,
  BitmaskBiasDropout: biased,
  BitmaskDropout: (draw) => ({ inputs: [draw.dims()] }),
  DecoderMaskedMultiHeadAttention: maskedDecoder,
  CDist: (draw) => {
    const [n, m, k] = draw.times(3, () => draw.integer(1, 4)) as [number, number, number];
    return {
      inputs: [
        [n, k],
        [m, k],
      ],
      attributes: { metric: draw.pick(['euclidean', 'sqeuclidean']) },
    };
  },
  DequantizeLinear: (draw) => ({
    inputs: [bytes(draw, [3, 4]), [4]],
    attributes: { axis: 1 },
    symbolic: false,
    range: [0.1, 1],
  }),
  EmbedLayerNormalization: embed,
  ExpandDims: (draw) => ({ inputs: [draw.dims({ rank: 2 }), { data: Int32Array.of(draw.integer(-3, 2)), dims: [] }] }),
  FusedMatMulActivation: activated,
  GatherBlockQuantized: gatherBlocks,
  GridSample: (draw) => {
    const grid = draw.values([1, 2, 3, 2], -0.9, 0.9);
    return {
      inputs: [[1, 2, 4, 5], { floats: [...grid.data], dims: grid.dims }],
      attributes: { mode: 'bilinear' },
      symbolic: false,
    };
  },
  GroupNorm: (draw) => groupNorm(draw, false),
  MatMulBnb4: bnb4,
  NhwcConv: (draw) => channelsLast(draw, {}),
  NhwcFusedConv: (draw) => channelsLast(draw, { activation: 'Tanh' }),
  NhwcMaxPool: poolLast,
  Pad: (draw) => ({
    inputs: [draw.dims({ rank: 2 }), { ints: draw.times(4, () => draw.integer(0, 2)) }],
    attributes: { mode: 'constant' },
  }),
  SimplifiedLayerNormalization: (draw) => {
    const dims = draw.dims({ rank: [2, 3], min: 2 });
    return { inputs: [dims, [dims.at(-1)!]], attributes: { axis: -1, epsilon: float(0.1) } };
  },
  SkipGroupNorm: (draw) => groupNorm(draw, true),
  Trilu: (draw) => ({ inputs: [draw.dims({ rank: [2, 3] })], attributes: { upper: draw.integer(0, 1) } }),
  UnfoldTensor: (draw) => ({
    inputs: [draw.dims({ rank: [1, 3], min: 3, max: 5 })],
    attributes: { dim: -1, size: draw.integer(1, 3), step: draw.integer(1, 2) },
  }),
};

/**
 * Operators of the domain com.microsoft that ONNX Runtime's CPU lacks, in float32 or at all: the problem is given in the plain
 * operators that they stand for, whose agreement with the definition is tested where they are written.
 */
export const microsoftPlain: Readonly<Record<string, Generator>> = Object.fromEntries(
  Object.entries(cases).map(([op, make]): [string, Generator] => [
    `com.microsoft::${op}`,
    (draw) => {
      const problem = single(draw, { op, domain: 'com.microsoft', opset: 21, ...make(draw) });
      return { ...problem, model: decompose(problem.model) };
    },
  ]),
);
