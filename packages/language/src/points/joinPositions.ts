import type { PointTensor } from './pointTensor.js';

/**
 * Joins what the steps of a generation read, position by position. Attention patterns become square: what a query could not see yet is 0.
 *
 * @param parts in the order of the text.
 */
export function joinPositions(parts: readonly PointTensor[]): PointTensor {
  const [first] = parts;
  if (first === undefined) throw new RangeError('There is nothing to join.');
  if (first.axes[0] === 'head') return joinPatterns(parts);
  const count = parts.reduce((sum, part) => sum + part.dims[0]!, 0);
  const row = first.data.length / first.dims[0]!;
  const data = new Float32Array(count * row);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { axes: first.axes, dims: [count, ...first.dims.slice(1)], data };
}

function joinPatterns(parts: readonly PointTensor[]): PointTensor {
  const [heads] = parts[0]!.dims as [number];
  const count = parts.reduce((sum, part) => sum + part.dims[1]!, 0);
  const data = new Float32Array(heads * count * count);
  let from = 0;
  for (const { dims, data: values } of parts) {
    const [, queries, keys] = dims as [number, number, number];
    for (let h = 0; h < heads; h++)
      for (let q = 0; q < queries; q++) {
        const start = (h * queries + q) * keys;
        data.set(values.subarray(start, start + keys), (h * count + from + q) * count);
      }
    from += queries;
  }
  return { axes: parts[0]!.axes, dims: [heads, count, count], data };
}
