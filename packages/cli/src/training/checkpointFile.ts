import { type Checkpoint, type Network, namedValues, partsOf, type TrainedWeights } from '@incognita/learn';
import type { SafetensorsFile, SavedTensors } from '@incognita/workspace';

const flat = (data: Float32Array): { shape: number[]; data: Float32Array } => ({ shape: [data.length], data });

/** A checkpoint as tensors: `values`, `first`, `second` and `average` of all parameters in the network's order, `statistics`. */
export function savedCheckpoint({
  step,
  progress,
  average,
  ...state
}: Checkpoint & { readonly progress: unknown }): SavedTensors {
  const { values, first, second, statistics } = state;
  return {
    tensors: {
      values: flat(values),
      first: flat(first),
      second: flat(second),
      statistics: flat(statistics),
      ...(average && { average: flat(average) }),
    },
    metadata: { step: String(step), progress: JSON.stringify(progress) },
  };
}

/** Reads what {@link savedCheckpoint} gave. */
export function restoredCheckpoint<C extends Checkpoint & { readonly progress: unknown }>({
  tensors,
  metadata,
}: SafetensorsFile): C {
  const floats = (name: keyof Checkpoint): Float32Array => tensors.get(name)!.data as Float32Array;
  return {
    step: Number(metadata.step),
    ...{ values: floats('values'), first: floats('first'), second: floats('second'), statistics: floats('statistics') },
    average: tensors.has('average') ? floats('average') : null,
    progress: JSON.parse(metadata.progress!),
  } as unknown as C;
}

/** The weights of a network alone. */
export function savedWeights({ values, statistics }: TrainedWeights, step: number): SavedTensors {
  return { tensors: { values: flat(values), statistics: flat(statistics) }, metadata: { step: String(step) } };
}

/** Reads what {@link savedWeights} gave. */
export function restoredWeights({ tensors }: SafetensorsFile): TrainedWeights {
  return { values: tensors.get('values')!.data as Float32Array, statistics: tensors.get('statistics')!.data as Float32Array };
}

/** The kernels [channels, 3, height, width] of the first layer where it is a convolution, for pictures of them; else null. */
export function savedKernels(network: Network, weights: TrainedWeights): SavedTensors | null {
  const [first] = partsOf(network).parameters;
  if (first?.dims.length !== 4) return null;
  return { tensors: { kernels: { shape: first.dims, data: namedValues(network, weights).get(first.name)! } }, metadata: {} };
}
