import { float } from '@incognita/onnx';
import type { Draw } from './draw.js';
import { type Case, type Generator, single } from './problem.js';
import { bytes } from './quantization.js';

type Drawn = Omit<Case, 'op' | 'domain'>;

/** Generators of operators of the domain com.microsoft, named with it. */
export function contributed(
  cases: Readonly<Record<string, (draw: Draw) => Drawn>>,
  domain = 'com.microsoft',
): Readonly<Record<string, Generator>> {
  return Object.fromEntries(
    Object.entries(cases).map(([op, make]): [string, Generator] => [
      `${domain}::${op}`,
      (draw) => single(draw, { op, domain, opset: 21, ...make(draw) }),
    ]),
  );
}

const withBias = (draw: Draw): Drawn => {
  const dims = draw.dims({ rank: [2, 3] });
  return { inputs: [dims, [dims.at(-1)!]] };
};

/** Activations without kinks, so that any numbers will do. */
function activation(draw: Draw): Readonly<Record<string, number | string | ReturnType<typeof float>>> {
  return draw.pick([{ activation: 'Tanh' }, { activation: 'Sigmoid' }]);
}

function fusedConv(draw: Draw): Drawn {
  const [n, group, inside, outside] = draw.times(4, () => draw.integer(1, 2)) as [number, number, number, number];
  const [h, w] = [draw.integer(3, 5), draw.integer(3, 5)];
  const channels = group * outside;
  const sum = draw.chance() ? [n, channels, h, w] : '';
  const inputs = [[n, group * inside, h, w], [channels, inside, 3, 3], [channels], sum] as const;
  return { inputs, attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1], group, ...activation(draw) }, symbolic: false };
}

function fusedMatMul(draw: Draw): Drawn {
  const [b, m, k, n] = draw.times(4, () => draw.integer(1, 3)) as [number, number, number, number];
  const [transA, transB] = [draw.integer(0, 1), draw.integer(0, 1)];
  const left = transA ? [b, k, m] : [b, m, k];
  const right = transB ? [b, n, k] : [b, k, n];
  return { inputs: [left, right], attributes: { transA, transB, alpha: float(draw.real(0.5, 2)) } };
}

function fusedGemm(draw: Draw): Drawn {
  const [m, k, n] = draw.times(3, () => draw.integer(1, 4)) as [number, number, number];
  const [transA, transB] = [draw.integer(0, 1), draw.integer(0, 1)];
  const inputs = [transA ? [k, m] : [m, k], transB ? [n, k] : [k, n], [n]];
  return { inputs, attributes: { transA, transB, alpha: float(1.5), beta: float(0.5), ...activation(draw) } };
}

function skipNorm(draw: Draw, beta: boolean): Drawn {
  const dims = [draw.integer(1, 2), draw.integer(1, 3), 4 * draw.integer(1, 2)];
  const c = [dims[2]!];
  const all = draw.chance();
  const vectors = beta ? [c, c, ...(all ? [c] : [])] : [c, ...(all ? [c] : [])];
  const of = draw.chance() ? [0, 3] : [0];
  return { inputs: [dims, dims, ...vectors], attributes: { epsilon: float(0.1) }, outputs: 4, of };
}

function simplified(draw: Draw): Drawn {
  const dims = draw.dims({ rank: [2, 3], min: 2 });
  return { inputs: [dims, [dims.at(-1)!]], attributes: { axis: -1, epsilon: float(0.1) } };
}

/** A weight of 4 or 8 bits, of which input and scales vary. */
function nbits(draw: Draw): Drawn {
  const [n, blocks, size] = [draw.integer(1, 3), draw.integer(1, 3), 16];
  const bits = draw.pick([4, 8]);
  const zeros = draw.chance() ? bytes(draw, [n, Math.ceil((blocks * bits) / 8)], 'uint8') : '';
  const scales = { floats: [...draw.values([n, blocks], 0.01, 0.05).data], dims: [n, blocks] };
  const inputs = [[2, blocks * size], bytes(draw, [n, blocks, (size * bits) / 8], 'uint8'), scales, zeros] as const;
  return { inputs, attributes: { K: blocks * size, N: n, bits, block_size: size }, symbolic: false };
}

function rotary(draw: Draw): Drawn {
  const [b, s, n, half] = [draw.integer(1, 2), draw.integer(1, 3), draw.integer(1, 2), 4];
  const table = (): { floats: number[]; dims: number[] } => ({ floats: [...draw.noise([8, half]).data], dims: [8, half] });
  const ids = draw.chance()
    ? { ints: draw.times(b * s, () => draw.integer(0, 7)), dims: [b, s] }
    : { ints: [draw.integer(0, 5)] };
  const x = draw.chance() ? [b, s, n * 2 * half] : [b, n, s, 2 * half];
  return { inputs: [x, ids, table(), table()], attributes: { interleaved: draw.integer(0, 1) }, symbolic: false };
}

export const microsoft: Readonly<Record<string, Generator>> = {
  ...contributed({
    BiasGelu: withBias,
    FastGelu: (draw) => (draw.chance() ? withBias(draw) : { inputs: [draw.dims()] }),
    FusedConv: fusedConv,
    FusedGemm: fusedGemm,
    FusedMatMul: fusedMatMul,
    Gelu: (draw) => ({ inputs: [draw.dims()] }),
    MatMulNBits: nbits,
    QuickGelu: (draw) => ({ inputs: [draw.dims()], attributes: { alpha: float(draw.pick([1, 1.702])) } }),
    RotaryEmbedding: rotary,
    SkipLayerNormalization: (draw) => skipNorm(draw, true),
    SkipSimplifiedLayerNormalization: (draw) => skipNorm(draw, false),
    TransposeMatMul: fusedMatMul,
  }),
  SimplifiedLayerNormalization: (draw) => single(draw, { op: 'SimplifiedLayerNormalization', ...simplified(draw) }),
};
