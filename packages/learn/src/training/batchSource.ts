import type { TaskRef, Tensor } from '@incognita/runtime';

/** Which examples of which step to make. */
export interface BatchRequest {
  /** Steps count from 0 over the whole run. */
  readonly step: number;
  /** Place of the first example within the step's batch, and how many. */
  readonly from: number;
  readonly examples: number;
}

/** Makes batches: the same request always gives the same batch, on whichever worker it is made. */
export type MakeBatch = (request: BatchRequest) => Readonly<Record<string, Tensor>> | Promise<Readonly<Record<string, Tensor>>>;

/**
 * Where a training run's batches come from: an exported function `(options) => MakeBatch` of a compiled module, which every worker loads, and
 * its options (structured clone; pixels in shared memory are not copied). Decoding and augmentation happen in the workers.
 */
export interface BatchSource {
  readonly loader: TaskRef;
  readonly options: unknown;
  /** Examples that make an epoch. */
  readonly examplesPerEpoch: number;
}
