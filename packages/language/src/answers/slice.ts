import type { Axis } from '../anatomy/axes.js';
import type { PointTensor } from '../points/pointTensor.js';
import type { PointPart } from './requests.js';

/** A tensor as safetensors have it. */
export interface Slice {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A slice of a point as it was asked for: axes of which one place was named are left out, patterns pooled. */
export function partOf({ axes, dims, data }: PointTensor, { head, position, pool }: PointPart): Slice {
  const isCut = (axis: Axis): boolean =>
    axis === 'head' ? head !== undefined : (axis === 'position' || axis === 'query') && position !== undefined;
  const slice = { shape: dims.filter((_, i) => !isCut(axes[i]!)), data };
  return pool === undefined || axes.at(-1) !== 'key' || isCut('query') ? slice : pooled(slice, pool);
}

/** The last two axes in square blocks of which the largest value stays, so that no side is longer than `most`. */
function pooled({ shape, data }: Slice, most: number): Slice {
  const [rows, columns] = shape.slice(-2) as [number, number];
  const block = Math.ceil(Math.max(rows, columns) / most);
  if (block <= 1) return { shape, data };
  const [height, width] = [Math.ceil(rows / block), Math.ceil(columns / block)];
  const count = data.length / (rows * columns);
  const out = new Float32Array(count * height * width).fill(Number.NEGATIVE_INFINITY);
  for (let n = 0; n < count; n++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) {
        const to = (n * height + Math.floor(r / block)) * width + Math.floor(c / block);
        out[to] = Math.max(out[to]!, data[(n * rows + r) * columns + c]!);
      }
  return { shape: [...shape.slice(0, -2), height, width], data: out };
}
