import type { Feeds, Tensor } from '@incognita/runtime';
import type { CacheEntry, InputRoles } from '../anatomy/inputs.js';

/** A named input and its element type: what crosses to a worker. */
export interface PlainInput {
  readonly name: string;
  readonly dtype: string;
}

/** The inputs of a decoder as plain data. */
export interface DecoderInputs {
  readonly ids: PlainInput;
  readonly idsRank: number;
  readonly mask: PlainInput | null;
  readonly positions: PlainInput | null;
  readonly cache: readonly CacheEntry[];
}

/** What of the roles of inputs a run needs. */
export function decoderInputs({ ids, mask, positions, cache }: InputRoles): DecoderInputs {
  const plain = (v: InputRoles['mask']): PlainInput | null =>
    v === null ? null : { name: v.name, dtype: v.type?.dtype ?? 'int64' };
  return { ids: plain(ids)!, idsRank: ids.type?.shape?.length ?? 2, mask: plain(mask), positions: plain(positions), cache };
}

/** States of the positions so far, by the name of the input that takes them; empty at the begin. */
export type CacheState = Feeds;

/** An empty cache. */
export function emptyCache(inputs: DecoderInputs): CacheState {
  return Object.fromEntries(
    inputs.cache.map(({ past, emptyDims, dtype }): [string, Tensor] => [
      past,
      { dtype, dims: emptyDims, data: dtype === 'float16' ? new Uint16Array(0) : new Float32Array(0) },
    ]),
  );
}

/** The cache that a run gives out, as the next one takes it in. */
export function nextCache(inputs: DecoderInputs, outputs: Readonly<Record<string, Tensor>>): CacheState {
  return Object.fromEntries(inputs.cache.map(({ past, present }) => [past, outputs[present]!]));
}

/** Feeds of a run over `ids`, which stand at the positions `offset` and after. */
export function stepFeeds(inputs: DecoderInputs, ids: readonly number[], offset: number, cache: CacheState): Feeds {
  const feeds: Record<string, Tensor> = { ...cache };
  feeds[inputs.ids.name] = whole(inputs.ids.dtype, inputs.idsRank === 1 ? [ids.length] : [1, ids.length], ids);
  if (inputs.mask !== null) {
    const total = offset + ids.length;
    feeds[inputs.mask.name] = ones(inputs.mask.dtype, total);
  }
  if (inputs.positions !== null)
    feeds[inputs.positions.name] = whole(
      inputs.positions.dtype,
      [1, ids.length],
      ids.map((_, i) => offset + i),
    );
  return feeds;
}

function ones(dtype: string, count: number): Tensor {
  const dims = [1, count];
  if (dtype === 'int32') return { dtype, dims, data: new Int32Array(count).fill(1) };
  if (dtype === 'float32') return { dtype, dims, data: new Float32Array(count).fill(1) };
  if (dtype === 'bool') return { dtype, dims, data: new Uint8Array(count).fill(1) };
  return { dtype: 'int64', dims, data: new BigInt64Array(count).fill(1n) };
}

function whole(dtype: string, dims: readonly number[], values: readonly number[]): Tensor {
  if (dtype === 'int32') return { dtype, dims, data: Int32Array.from(values) };
  if (dtype === 'float32') return { dtype, dims, data: Float32Array.from(values) };
  if (dtype === 'bool') return { dtype, dims, data: Uint8Array.from(values) };
  return { dtype: 'int64', dims, data: BigInt64Array.from(values, BigInt) };
}
