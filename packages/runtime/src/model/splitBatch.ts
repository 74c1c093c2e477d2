import type { ValueInfo } from '@incognita/onnx';
import { concatenateRows, type Feeds, sliceRows, type Tensor } from '../tensor.js';

/** A part of a batch: its feeds and how many rows they hold. */
export interface BatchPart {
  readonly feeds: Feeds;
  readonly rows: number;
}

/**
 * Cuts feeds into at most `parts` parts of consecutive rows. An input takes part if its first dimension is not fixed; all such
 * inputs must have the same number of rows. Fixed inputs go to every part.
 *
 * @throws RangeError where rows differ or no input has a free first dimension.
 */
export function splitFeeds(inputs: readonly ValueInfo[], feeds: Feeds, parts: number): BatchPart[] {
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
    const own = Object.entries(feeds).map(([name, feed]) => [name, rows.has(name) ? sliceRows(feed, from, to) : feed] as const);
    return { feeds: Object.fromEntries(own), rows: to - from };
  });
}

/**
 * Joins the results of the parts in order, along the first axis.
 *
 * @throws RangeError where an output has not one row for each row of its part, so that joining would be wrong.
 */
export function joinResults(
  parts: readonly BatchPart[],
  results: readonly Readonly<Record<string, Tensor>>[],
): Record<string, Tensor> {
  const [first] = results;
  if (first === undefined) throw new RangeError('nothing to join: give at least one part');
  if (results.length === 1) return first;
  return Object.fromEntries(
    Object.keys(first).map((name) => {
      const pieces = results.map((result) => result[name]!);
      for (const [part, { dims }] of pieces.entries()) {
        const { rows } = parts[part]!;
        if (dims[0] === rows) continue;
        throw new RangeError(
          `'${name}' is [${dims.join(', ')}] for ${rows} rows of the batch, so it is no output by row: run without splitBatch`,
        );
      }
      return [name, concatenateRows(pieces)];
    }),
  );
}
