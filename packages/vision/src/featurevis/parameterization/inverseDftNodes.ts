import type { GraphBuilder } from '@incognita/onnx';
import { inverseDftMatrices, type SpectrumShape } from './spectrum.js';

/**
 * Adds the nodes of the inverse real DFT: a stored spectrum [n, splits, 2h / splits, columns] (see {@link spectrumRow}) becomes its picture
 * [n · h, w].
 */
export function inverseDftNodes(b: GraphBuilder, spectrum: string, shape: SpectrumShape, n: number): string {
  const { splits, columns, heightPx, widthPx } = shape;
  const side = (2 * heightPx) / splits;
  const matrices = inverseDftMatrices(shape);
  const rows = b.op('MatMul', [b.f32(matrices.rows, [splits, side, side]), spectrum]);
  const flat = b.op('Reshape', [splits === 2 ? butterfly(b, rows) : rows, b.i64([n * heightPx, 2 * columns])]);
  return b.op('MatMul', [flat, b.f32(matrices.columns, [2 * columns, widthPx])]);
}

/** From the splits of even and odd frequencies [n, 2, …] their sum over their difference, [n, 2, …]: the two halves of the picture. */
function butterfly(b: GraphBuilder, value: string): string {
  const even = b.op('Slice', [value, b.i64([0]), b.i64([1]), b.i64([1])]);
  const odd = b.op('Slice', [value, b.i64([1]), b.i64([2]), b.i64([1])]);
  return b.op('Concat', [b.op('Add', [even, odd]), b.op('Sub', [even, odd])], { axis: 1 });
}
