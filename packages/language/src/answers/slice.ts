import type { PointTensor } from '../points/pointTensor.js';
import type { PointPart } from './requests.js';

/** A tensor as safetensors have it. */
export interface Slice {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The part of a point that was asked for; axes of which one place was named are left out. @throws RangeError */
export function sliceOf({ axes, dims, data }: PointTensor, { point, head, position, pool }: PointPart): Slice {
  const chosen = axes.map((axis, i) => {
    const place = axis === 'head' ? head : axis === 'position' || axis === 'query' ? position : undefined;
    if (place !== undefined && place >= dims[i]!) throw new RangeError(`${point} has no ${axis} ${place}: it has ${dims[i]}.`);
    return place;
  });
  let slice: Slice = { shape: dims, data };
  // From the last axis on, so that the places of those before stay.
  for (const [axis, place] of [...chosen.entries()].reverse()) if (place !== undefined) slice = taken(slice, axis, place);
  return pool === undefined || axes.at(-1) !== 'key' ? slice : pooled(slice, pool);
}

/** Without one axis: its place `at`. */
function taken({ shape, data }: Slice, axis: number, at: number): Slice {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const size = shape[axis]!;
  const outer = data.length / (inner * size);
  const out = new Float32Array(outer * inner);
  for (let o = 0; o < outer; o++) out.set(data.subarray((o * size + at) * inner, (o * size + at + 1) * inner), o * inner);
  return { shape: shape.toSpliced(axis, 1), data: out };
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
