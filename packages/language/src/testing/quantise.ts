import type { Matrix } from './tinyWeights.js';

/** A matrix in whole numbers. */
export interface Quantised {
  /** Rows in a block of one scale; all of them in int8. */
  readonly block: number;
  readonly blocks: number;
  /** By column and block (q4), or by column (int8). */
  readonly scales: Float32Array;
  /** [rows, columns]: −8 … 7 or −127 … 127 as two's complement bytes. */
  readonly rowMajor: Uint8Array;
  readonly rows: number;
  readonly columns: number;
}

/** Rounds a matrix: 4 bits in blocks of 16 rows of a column, or 8 bits by column, without zero points. */
export function quantise({ rows, columns, data }: Matrix, form: 'q4' | 'int8'): Quantised {
  const block = form === 'q4' ? 16 : rows;
  const most = form === 'q4' ? 7 : 127;
  const blocks = Math.ceil(rows / block);
  const scales = new Float32Array(columns * blocks);
  const rowMajor = new Uint8Array(rows * columns);
  for (let c = 0; c < columns; c++)
    for (let k = 0; k < blocks; k++) {
      let largest = 0;
      for (let r = k * block; r < Math.min(rows, (k + 1) * block); r++)
        largest = Math.max(largest, Math.abs(data[r * columns + c]!));
      const scale = Math.fround(largest / most);
      scales[c * blocks + k] = scale;
      for (let r = k * block; r < Math.min(rows, (k + 1) * block); r++)
        rowMajor[r * columns + c] = Math.round(data[r * columns + c]! / scale) & 255;
    }
  return { block, blocks, scales, rowMajor, rows, columns };
}

/** The matrix that the whole numbers stand for. */
export function dequantised(matrix: Matrix, form: 'q4' | 'int8'): Matrix {
  const { rows, columns, block, blocks, scales, rowMajor } = quantise(matrix, form);
  const signed = new Int8Array(rowMajor.buffer);
  const data = Float32Array.from(signed, (value, i) => value * scales[(i % columns) * blocks + Math.floor(i / columns / block)]!);
  return { rows, columns, data };
}

/** [columns, blocks, block / 2]: two numbers plus 8 a byte, the lower half first. Source: ONNX Runtime, ContribOperators.md, MatMulNBits. */
export function packNibbles({ rows, columns, block, blocks, rowMajor }: Quantised): Uint8Array {
  const packed = new Uint8Array((columns * blocks * block) / 2);
  for (let c = 0; c < columns; c++)
    for (let r = 0; r < blocks * block; r++) {
      const value = r < rows ? ((rowMajor[r * columns + c]! << 24) >> 24) + 8 : 8;
      packed[(c * blocks * block + r) >> 1]! |= value << (4 * (r & 1));
    }
  return packed;
}
