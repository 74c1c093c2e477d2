import type { Rewrite, RewriteContext } from '../../rewrite/context.js';
import { sum } from './activate.js';
import { count } from './count.js';
import { asUint4, unpacked } from './packed.js';

const SHAPES = 'State shapes in the value_info of the model.';

/**
 * A product with a weight of 2, 4 or 8 bits, a scale and a zero point for each block along K. 4- and 8-bit weights become a
 * DequantizeLinear of the same bytes from operator set 21 on. An `accuracy_level` that lets the kernel round its input is not followed:
 * the result is that of exact numbers.
 */
export const MatMulNBits: Rewrite = (c) => {
  if (c.int('weight_prepacked', 0) !== 0)
    c.refuse('its weight is packed for one kind of GPU.', 'Use the model before that packing (weight_prepacked = 0).');
  const weight = c.op('Transpose', [blockWeight(c)], { perm: [1, 0] });
  return [sum(c, c.op('MatMul', [c.input(0), weight]), c.input(5))];
};

/** [n, k] */
function blockWeight(c: RewriteContext): string {
  const [k, n, bits] = [count(c, 'K'), count(c, 'N'), c.int('bits', 4)];
  const size = count(c, 'block_size');
  if (bits !== 2 && bits !== 4 && bits !== 8) c.refuse(`its weight has ${bits} bits a number.`, 'Quantise it to 2, 4 or 8 bits.');
  const blocks = Math.ceil(k / size);
  const dense = c.input(4) === '' && c.opset >= 21 ? dequantized(c, n, blocks, size, bits) : null;
  const padded = dense ?? computed(c, n, blocks, bits, k);
  return blocks * size === k ? padded : c.op('Slice', [padded, c.vector([0]), c.vector([k]), c.vector([1])]);
}

/** By DequantizeLinear, where weight and zero points are constants that lie as it wants them. */
function dequantized(c: RewriteContext, n: number, blocks: number, size: number, bits: number): string | null {
  const weight = c.tensor(c.input(1));
  if (weight === null || bits === 2 || weight.dims.reduce((a, b) => a * b, 1) !== (n * blocks * size * bits) / 8) return null;
  const packed = bits === 4 ? asUint4(weight, [n, blocks * size]) : { ...weight, dims: [n, blocks * size] };
  if (packed === null) return null;
  const zeros = zeroTensor(c, n, blocks, bits);
  if (zeros === null) return null;
  const scales = c.op('Reshape', [c.input(2), c.vector([n, blocks])]);
  return c.op('DequantizeLinear', [c.initializer(packed), scales, zeros], { axis: 1, block_size: size });
}

/** Zero points [n, blocks] as DequantizeLinear wants them; the middle of the range where none are given. */
function zeroTensor(c: RewriteContext, n: number, blocks: number, bits: number): string | null {
  const dims = [n, blocks];
  const given = c.input(3);
  if (given === '') {
    const bytes = new Uint8Array(Math.ceil((n * blocks * bits) / 8)).fill(bits === 4 ? 0x88 : 0x80);
    return c.initializer({ dtype: bits === 4 ? 'uint4' : 'uint8', dims, data: { kind: 'inline', bytes } });
  }
  if (c.dtype(given) !== 'uint8') return null;
  const tensor = c.tensor(given);
  if (bits === 8) return tensor && c.initializer({ ...tensor, dims });
  // Rows are padded to whole bytes: with an odd number of blocks they do not lie as a tensor.
  const packed = blocks % 2 === 0 ? asUint4(tensor, dims) : null;
  return packed && c.initializer(packed);
}

/** (q − z) s, written out; with `g_idx` the block of each of the k columns is given. */
function computed(c: RewriteContext, n: number, blocks: number, bits: number, k: number): string {
  const scales = c.op('Reshape', [c.input(2), c.vector([n, blocks])]);
  const numbers = unpacked(c, c.op('Reshape', [c.input(1), c.vector([n, -1])]), bits, scales);
  const zeros = zeroNumbers(c, n, blocks, bits, scales);
  const groups = c.input(4);
  if (groups !== '') {
    const cut = c.op('Slice', [numbers, c.vector([0]), c.vector([k]), c.vector([1])]);
    const index = c.op('Slice', [groups, c.vector([0]), c.vector([k]), c.vector([0])]);
    const byColumn = (x: string): string => (x === scales || c.rank(x) === 2 ? c.op('Gather', [x, index], { axis: 1 }) : x);
    return c.op('Mul', [c.op('Sub', [cut, byColumn(zeros)]), byColumn(scales)]);
  }
  const apart = c.op('Reshape', [numbers, c.vector([n, blocks, -1])]);
  const behind = (x: string): string => (c.rank(x) === 2 ? c.op('Unsqueeze', [x, c.vector([2])]) : x);
  return c.op('Reshape', [c.op('Mul', [c.op('Sub', [apart, behind(zeros)]), behind(scales)]), c.vector([n, -1])]);
}

/** Zero points as numbers: a scalar, or [n, blocks]. */
function zeroNumbers(c: RewriteContext, n: number, blocks: number, bits: number, like: string): string {
  const given = c.input(3);
  if (given === '') return c.scalar(2 ** (bits - 1), like);
  const rows = c.op('Reshape', [given, c.vector([n, -1])]);
  if (c.dtype(given) !== 'uint8') return rows;
  return c.op('Slice', [unpacked(c, rows, bits, like), c.vector([0]), c.vector([blocks]), c.vector([1])]);
}

/** Rows of a table of 4 or 8 bits: bytes are gathered first and only they become numbers. */
export const GatherBlockQuantized: Rewrite = (c) => {
  const [data, indices, scales, zeros] = [c.input(0), c.input(1), c.input(2), c.input(3)];
  const rank = c.rank(data);
  const axis = (name: string, fallback: number): number => {
    const given = c.int(name, fallback);
    return given < 0 ? given + rank : given;
  };
  const [gather, quantize] = [axis('gather_axis', 0), axis('quantize_axis', 1)];
  const size = count(c, 'block_size', 128);
  if (c.dtype(data) !== 'uint8') {
    if (c.opset < 21)
      c.refuse('its table has 4-bit numbers, which operators know from operator set 21 on.', 'Upgrade the model.');
    const table = c.op('DequantizeLinear', zeros === '' ? [data, scales] : [data, scales, zeros], {
      axis: quantize,
      block_size: size,
    });
    return [c.op('Gather', [table, indices], { axis: gather })];
  }
  if (gather !== 0 || quantize !== rank - 1)
    c.refuse(
      `it gathers bytes along axis ${gather} and has blocks along axis ${quantize} of ${rank}.`,
      'Use gather_axis 0 and the last quantize_axis.',
    );
  const bits = c.int('bits', 4);
  if (bits !== 4 && bits !== 8) c.refuse(`its table has ${bits} bits a number.`, 'Quantise it to 4 or 8 bits.');
  const rows = (x: string): string => c.op('Gather', [x, indices]);
  const scale = rows(scales);
  const numbers = unpacked(c, rows(data), bits, scale);
  const blocks = c.shape(scales)?.[rank - 1];
  if (typeof blocks !== 'number') return c.refuse('the number of its blocks is not known.', SHAPES);
  const width = c.shape(data)?.[rank - 1];
  if (typeof width !== 'number') return c.refuse('the size of its table is not known.', SHAPES);
  if (Math.ceil((width * 8) / bits / size) !== blocks)
    c.refuse(`its table of ${width} bytes a row has ${blocks} scales a row.`, 'The file is damaged.');
  const columns = (width * 8) / bits;
  const spread = (x: string): string => spreadBlocks(c, x, size, columns);
  const start = c.vector([0]);
  const zero =
    zeros === ''
      ? c.scalar(2 ** (bits - 1), scale)
      : spread(c.op('Slice', [unpacked(c, rows(zeros), bits, scale), start, c.vector([blocks]), c.vector([-1])]));
  return [c.op('Mul', [c.op('Sub', [numbers, zero]), spread(scale)])];
};

/** […, blocks] → […, columns], each number `size` times. */
function spreadBlocks(c: RewriteContext, x: string, size: number, columns: number): string {
  const index = Array.from({ length: columns }, (_, i) => Math.floor(i / size));
  return c.op('Gather', [x, c.vector(index)], { axis: -1 });
}

/** The values of 4-bit floats by number, first FP4, then NF4. Source: Dettmers et al., QLoRA (2023), and bitsandbytes' kernels. */
const FP4 = [0, 5.208333333e-3, 0.66666667, 1, 0.33333333, 0.5, 0.16666667, 0.25];
const NF4 = [
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334,
  -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
  0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
];

/** A product with a weight of 4-bit floats and the largest magnitude of each block; the high bits of a byte come first. */
export const MatMulBnb4: Rewrite = (c) => {
  const [k, n, size] = [count(c, 'K'), count(c, 'N'), count(c, 'block_size')];
  if ((n * k) % size !== 0)
    c.refuse(`its ${n} × ${k} weight does not fill blocks of ${size}.`, 'Use the model before quantisation.');
  const [x, magnitudes] = [c.input(0), c.input(2)];
  const bytes = c.op('Reshape', [c.input(1), c.vector([-1, 1])]);
  const halves = c.op('Reshape', [unpacked(c, bytes, 4, magnitudes), c.vector([-1, 2])]);
  const ordered = c.op('Reshape', [c.op('Gather', [halves, c.vector([1, 0])], { axis: 1 }), c.vector([-1, size])]);
  const table = c.constant(c.dtype(magnitudes), c.int('quant_type', 0) === 1 ? NF4 : [...FP4, ...FP4.map((v) => -v)]);
  const numbers = c.op('Gather', [table, c.op('Cast', [ordered], { to: 7 })]);
  const scaled = c.op('Mul', [numbers, c.op('Reshape', [magnitudes, c.vector([-1, 1])])]);
  const weight = c.op('Reshape', [scaled, c.vector([n, k])]);
  return [c.op('MatMul', [x, c.int('transB', 1) !== 0 ? c.op('Transpose', [weight], { perm: [1, 0] }) : weight])];
};
