import { vjp } from '@incognita/autodiff';
import type { Dim, Model } from '@incognita/onnx';
import { type DropoutMask, type NormalNoise, type Parameter, type RunningStatistic, sizeOf } from '../network/parameter.js';

/** A loss to be made small by changing parameters. */
export interface TrainingProblem {
  /** Inputs: the batch's tensors, the parameters, the dropout masks, noise. Outputs: loss, metrics, and the batch's statistics. */
  readonly model: Model;
  /** Name of the loss, a scalar: the mean over the batch. */
  readonly loss: string;
  /** Names of scalars that are sums over the batch. */
  readonly metrics: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly statistics: readonly RunningStatistic[];
  readonly masks: readonly DropoutMask[];
  /** Default: none. */
  readonly noise?: readonly NormalNoise[];
}

/** Where each tensor begins in one flat array of them all. */
export interface Slot {
  readonly name: string;
  readonly dims: readonly number[];
  readonly offset: number;
  readonly size: number;
}

/** The slots of tensors laid one after the other, and how many elements they have together. */
export function layOut(tensors: readonly { readonly name: string; readonly dims: readonly number[] }[]): {
  slots: Slot[];
  total: number;
} {
  let total = 0;
  const slots = tensors.map(({ name, dims }) => {
    const slot = { name, dims, offset: total, size: sizeOf(dims) };
    total += slot.size;
    return slot;
  });
  return { slots, total };
}

/** The graph of one step: loss, metrics, statistics, and `grad:<parameter>` of each parameter, for batches of `examples`. */
export function gradientGraph(problem: TrainingProblem, examples: number): Model {
  const { model, loss, metrics, parameters, statistics } = problem;
  const shapes: Record<string, readonly Dim[]> = {};
  for (const { name, type } of model.graph.inputs)
    if (type?.shape?.[0] === 'n') shapes[name] = [examples, ...type.shape.slice(1)];
  return vjp(model, {
    of: loss,
    wrt: parameters.map((parameter) => parameter.name),
    seed: 'ones',
    keep: [loss, ...metrics, ...statistics.map((statistic) => statistic.name)],
    shapes,
  });
}
