/** Everything that a run needs to go on as if it had not stopped. */
export interface Checkpoint {
  /** Steps that were taken. */
  readonly step: number;
  /** Parameters, the optimizer's moments, and the moving average of the parameters where one is kept; all flat, in the problem's order. */
  readonly values: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly average: Float32Array | null;
  /** Running statistics, flat. */
  readonly statistics: Float32Array;
}
