import type { TaskContext } from '@incognita/runtime';
import { type ForwardSetup, forwardPictures } from '../collect/collect.task.node.js';
import type { LayerMap } from '../collect/layerMap.js';

export interface AttributeArgs extends ForwardSetup {
  readonly files: readonly string[];
  /** Points of picture p of `files` are firstPoint[p]…firstPoint[p + 1] − 1. */
  readonly firstPoint: readonly number[];
  /** All activations of the layer, [points, channels]. */
  readonly activations: Float32Array;
  readonly row: Int32Array;
  readonly column: Int32Array;
  /** Group of every point, −1 for none. */
  readonly group: Int32Array;
  readonly map: LayerMap;
  /** Dimensions of the layer's tensor for one picture. */
  readonly dims: readonly number[];
  /** Names in the graph. */
  readonly tangent: string;
  readonly result: string;
  readonly classes: number;
}

/** Summed effects of the points of each group on every class. */
export interface GroupEffects {
  readonly groups: Int32Array;
  /** [groups, classes] */
  readonly effects: Float32Array;
}

/** Tangents pushed through at once. */
const TANGENTS = 32;

/**
 * Worker task: how much the activations of each group push every class, summed over these pictures.
 *
 * To first order an activation h at a position changes logit c by h · ∂logit_c/∂h. All classes come from one forward-mode
 * pass whose tangent is h at the position and zero elsewhere; since that is linear, positions of one picture that share a group share a
 * tangent. Source: tensorflow/lucid `notebooks/activation-atlas/activation-atlas-collect.ipynb`, cells 14 and 15.
 */
export async function attributePictures(args: AttributeArgs, context: TaskContext): Promise<GroupEffects> {
  const { map, classes } = args;
  const session = await context.openSession(args.session);
  const sums = new Map<number, Float64Array>();
  const size = map.channels * map.height * map.width;
  for (const [p, file] of args.files.entries()) {
    context.throwIfAborted();
    const points = new Map<number, number[]>();
    for (let i = args.firstPoint[p]!; i < args.firstPoint[p + 1]!; i++) {
      const group = args.group[i]!;
      if (group >= 0) points.set(group, [...(points.get(group) ?? []), i]);
    }
    const groups = [...points.keys()];
    for (let from = 0; from < groups.length; from += TANGENTS) {
      const some = groups.slice(from, from + TANGENTS);
      const tangent = new Float32Array(some.length * size);
      for (const [t, group] of some.entries()) for (const i of points.get(group)!) placeActivation(args, i, tangent, t * size);
      const feeds = { [args.tangent]: { dtype: 'float32' as const, dims: [some.length, ...args.dims.slice(1)], data: tangent } };
      const outputs = await forwardPictures(args, session, [file], feeds);
      const effects = outputs[args.result]!.data as Float32Array;
      for (const [t, group] of some.entries()) {
        const sum = sums.get(group) ?? new Float64Array(classes);
        for (let c = 0; c < classes; c++) sum[c] = sum[c]! + effects[t * classes + c]!;
        sums.set(group, sum);
      }
    }
    context.progress(1);
  }
  const groups = Int32Array.from([...sums.keys()].sort((a, b) => a - b));
  const effects = new Float32Array(groups.length * classes);
  for (const [g, group] of groups.entries()) effects.set(sums.get(group)!, g * classes);
  return context.transfer([groups.buffer, effects.buffer], { groups, effects });
}

function placeActivation(
  { activations, map, row, column }: AttributeArgs,
  point: number,
  tangent: Float32Array,
  offset: number,
): void {
  const position = offset + (row[point]! * map.width + column[point]!) * map.positionStride;
  for (let c = 0; c < map.channels; c++) tangent[position + c * map.channelStride] = activations[point * map.channels + c]!;
}
