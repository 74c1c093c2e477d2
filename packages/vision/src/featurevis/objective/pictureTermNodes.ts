import type { GraphBuilder } from '@incognita/onnx';
import type { LayerValue } from '../../layout/layerValue.js';
import { total } from './termNodes.js';

/** How much the distance to grey counts in `penalize_boundary_complexity`. */
const GREY_WEIGHT = 0.8;
/** Width of its blur. */
const BLUR_PX = 5;

/** Σ |x(i + 1) − x(i)| along both axes, as `tf.image.total_variation`. */
export function totalVariationNodes(b: GraphBuilder, { tensor, dims }: LayerValue): string {
  const [batch, planes, rows, columns] = dims;
  const along = (axis: 2 | 3, length: number): string => {
    const part = (from: number): string => b.op('Slice', [tensor, b.i64([from]), b.i64([from + length - 1]), b.i64([axis])]);
    const size = axis === 2 ? ([batch, planes, length - 1, columns] as const) : ([batch, planes, rows, length - 1] as const);
    return total(b, b.op('Abs', [b.op('Sub', [part(1), part(0)])]), { tensor, dims: size });
  };
  return b.op('Add', [along(2, rows), along(3, columns)]);
}

/**
 * Σ over a frame of (blur(x) − x)² + 0.8 (x − grey)². Source: tensorflow/lucid `lucid/optvis/objectives.py` (`penalize_boundary_complexity`,
 * `_tf_blur`): a 5 × 5 kernel of ones with halves at its border, normalised where it leaves the picture.
 */
export function boundaryNodes(
  b: GraphBuilder,
  { tensor, dims }: LayerValue,
  { framePx, grey }: { readonly framePx: number; readonly grey: number },
): string {
  const [, planes, rows, columns] = dims;
  const kernel = Float32Array.from({ length: BLUR_PX * BLUR_PX }, (_, i) => weightAt(Math.floor(i / BLUR_PX), i % BLUR_PX));
  const kernels = b.f32(
    Float32Array.from({ length: planes * kernel.length }, (_, i) => kernel[i % kernel.length]!),
    [planes, 1, BLUR_PX, BLUR_PX],
  );
  const half = (BLUR_PX - 1) / 2;
  const summed = b.op('Conv', [tensor, kernels], {
    kernel_shape: [BLUR_PX, BLUR_PX],
    pads: [half, half, half, half],
    group: planes,
  });
  const blurred = b.op('Mul', [summed, b.f32(inverseSums(rows, columns, half), [1, 1, rows, columns])]);
  const off = b.op('Sub', [blurred, tensor]);
  const pale = b.op('Sub', [tensor, b.f32(grey)]);
  const cost = b.op('Add', [b.op('Mul', [off, off]), b.op('Mul', [b.op('Mul', [pale, pale]), b.f32(GREY_WEIGHT)])]);
  const frame = Float32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const inside = row >= framePx && row < rows - framePx && column >= framePx && column < columns - framePx;
    return inside ? 0 : 1;
  });
  return total(b, b.op('Mul', [cost, b.f32(frame, [1, 1, rows, columns])]), { tensor, dims });
}

function weightAt(row: number, column: number): number {
  return row > 0 && row < BLUR_PX - 1 && column > 0 && column < BLUR_PX - 1 ? 1 : 0.5;
}

/** One over the kernel's sum inside the picture, at every pixel. */
function inverseSums(rows: number, columns: number, half: number): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    let sum = 0;
    for (let y = -half; y <= half; y++)
      for (let x = -half; x <= half; x++)
        if (row + y >= 0 && row + y < rows && column + x >= 0 && column + x < columns) sum += weightAt(y + half, x + half);
    return 1 / sum;
  });
}
