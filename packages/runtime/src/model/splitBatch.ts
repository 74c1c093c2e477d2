import type { ValueInfo } from '@incognita/onnx';
import { concatenateRows, type Feeds, sliceRows, type Tensor } from '../tensor.js';

/**
 * Cuts feeds into at most `parts` parts of consecutive rows. An input takes part if its first dimension is not fixed; all such
 * inputs must have the same number of rows. Fixed inputs go to every part.
 *
 * @throws RangeError where rows differ or no input has a free first dimension.
 */
export function splitFeeds(inputs: readonly ValueInfo[], feeds: Feeds, parts: number): Feeds[] {
  const batched = inputs.filter(({ type }) => type?.shape != null && type.shape.length > 0 && typeof type.shape[0] !== 'number');
  const rows = new Map(batched.map(({ name }) => [name, feeds[name]!.dims[0]!]));
  const [count] = rows.values();
  if (count === undefined) throw new RangeError('no input has a free first dimension: this model takes no batch to split');
  if (new Set(rows.values()).size > 1) {
    throw new RangeError(`inputs have different batch sizes: ${[...rows].map(([name, n]) => `${name} ${n}`).join(', ')}`);
  }
  const used = Math.max(1, Math.min(parts, count));
  return Array.from({ length: used }, (_, part) => {
    const from = Math.floor((part * count) / used);
    const to = Math.floor(((part + 1) * count) / used);
    return Object.fromEntries(
      Object.entries(feeds).map(([name, feed]) => [name, rows.has(name) ? sliceRows(feed, from, to) : feed]),
    );
  });
}

/** Joins the results of the parts in order, along the first axis. */
export function joinResults(parts: readonly Readonly<Record<string, Tensor>>[]): Record<string, Tensor> {
  const [first] = parts;
  if (first === undefined) throw new RangeError('nothing to join: give at least one part');
  return Object.fromEntries(Object.keys(first).map((name) => [name, concatenateRows(parts.map((part) => part[name]!))]));
}
