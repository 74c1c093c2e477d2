/** The memory that the main thread and the workers of a run share. Flat arrays are in the order of the problem's parameters. */
export interface SharedState {
  readonly values: Float32Array;
  /** One gradient a shard, one after the other; the first becomes their mean. */
  readonly gradients: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly decays: Uint8Array;
}

/** Memory for `total` parameters and `shards` gradients. */
export function sharedState(total: number, shards: number): SharedState {
  const floats = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * length));
  return {
    values: floats(total),
    gradients: floats(total * shards),
    first: floats(total),
    second: floats(total),
    decays: new Uint8Array(new SharedArrayBuffer(total)),
  };
}
