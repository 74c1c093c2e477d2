import type { Axis } from '../anatomy/axes.js';
import type { PointTensor } from '../points/pointTensor.js';
import type { DecodeStep } from './decode.js';

/** Steps of a generation as a few arrays: a message of many small objects costs more than a token of a small model. */
export interface PackedSteps {
  /** Position of the first; the others follow. */
  readonly position: number;
  readonly ids: Int32Array;
  readonly logprobs: Float64Array;
  /** The most probable tokens of each step, as many of each. */
  readonly topIds: Int32Array;
  readonly topLogprobs: Float64Array;
  readonly taps: Readonly<Record<string, PackedTap>>;
}

/** The values of a point at many steps, one after the other. */
interface PackedTap {
  readonly axes: readonly Axis[];
  readonly dims: readonly (readonly number[])[];
  readonly data: Float32Array;
}

/** Puts steps of successive positions, at least one, into arrays. */
export function packSteps(steps: readonly DecodeStep[]): PackedSteps {
  const each = steps[0]!.top.length;
  const [topIds, topLogprobs] = [new Int32Array(steps.length * each), new Float64Array(steps.length * each)];
  for (const [i, { top }] of steps.entries())
    for (const [k, { id, logprob }] of top.entries()) {
      topIds[i * each + k] = id;
      topLogprobs[i * each + k] = logprob;
    }
  return {
    position: steps[0]!.position,
    ids: Int32Array.from(steps, ({ id }) => id),
    logprobs: Float64Array.from(steps, ({ logprob }) => logprob),
    topIds,
    topLogprobs,
    taps: Object.fromEntries(Object.keys(steps[0]!.taps).map((point) => [point, packTap(steps.map(({ taps }) => taps[point]!))])),
  };
}

function packTap(values: readonly PointTensor[]): PackedTap {
  const data = new Float32Array(values.reduce((sum, value) => sum + value.data.length, 0));
  let at = 0;
  for (const value of values) {
    data.set(value.data, at);
    at += value.data.length;
  }
  return { axes: values[0]!.axes, dims: values.map(({ dims }) => dims), data };
}

/** The steps again. Values of points are views of the packed ones. */
export function unpackSteps({ position, ids, logprobs, topIds, topLogprobs, taps }: PackedSteps): DecodeStep[] {
  const each = topIds.length / ids.length;
  const read = Object.entries(taps).map(([point, tap]) => [point, unpackTap(tap)] as const);
  return Array.from(ids, (id, i) => ({
    id,
    logprob: logprobs[i]!,
    top: Array.from({ length: each }, (_, k) => ({ id: topIds[i * each + k]!, logprob: topLogprobs[i * each + k]! })),
    position: position + i,
    taps: Object.fromEntries(read.map(([point, values]) => [point, values[i]!])),
  }));
}

function unpackTap({ axes, dims, data }: PackedTap): PointTensor[] {
  let at = 0;
  return dims.map((size) => {
    const length = size.reduce((a, b) => a * b, 1);
    at += length;
    return { axes, dims: size, data: data.subarray(at - length, at) };
  });
}
