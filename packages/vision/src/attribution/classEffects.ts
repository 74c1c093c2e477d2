import { jvp } from '@incognita/autodiff';
import { classOutput, cut, imageInput } from '@incognita/onnx';
import { type Feeds, type ModelSource, type SessionSource, sessionSource, type WorkerPool } from '@incognita/runtime';
import { layerLayout } from '../layout/layerLayout.js';
import { pictureSizeOf } from '../layout/pictureSizeOf.js';
import { inputDims, type Preprocessing } from '../preprocessing/preprocessing.js';
import { runFeedsTask } from './poolRunner.js';
import { indexOf } from './positions.js';
import type { RunFeedsArgs } from './runFeeds.task.js';

/** Options of {@link classEffects}. */
export interface ClassEffectsOptions {
  readonly preprocessing: Preprocessing;
  readonly pool: WorkerPool;
  /** What is switched on alone: each position of the layer, or each of its channels. */
  readonly by: 'position' | 'channel';
  /** Default: made anew. Whoever asks for many pictures gives them, and drops them from the pool afterwards. */
  readonly graphs?: ClassEffectGraphs;
}

/** The sessions of {@link classEffects}: the network up to a layer, and from there to all logits with tangents. */
export interface ClassEffectGraphs {
  readonly part: SessionSource;
  readonly forward: SessionSource;
}

/** Writes the graphs of {@link classEffects} once for many pictures. @throws as it. */
export function classEffectGraphs(source: ModelSource, layer: string): ClassEffectGraphs {
  const scores = classOutput(source.model);
  if (scores === null) throw new Error('The model has no class scores among its outputs.');
  return {
    part: sessionSource(source, cut(source.model, { outputs: [layer] })),
    forward: sessionSource(source, jvp(source.model, { of: scores.tensor, wrt: layer, repeat: true })),
  };
}

/** How parts of a layer push every class. */
export interface ClassEffects {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  readonly classes: number;
  /** [positions or channels, classes]: activation × gradient of every logit. */
  readonly effects: Float32Array;
}

/** Tangents of one run at most, and values of the layer in them: behind it the network runs on as many pictures at once. */
const TANGENTS = 32;
const TANGENT_VALUES = 2 ** 21;

/**
 * How every position, or every channel, of a layer pushes every class, to first order: the activation of that part alone is a tangent that one
 * forward pass carries to all logits at once. Source: tensorflow/lucid `notebooks/activation-atlas/activation-atlas-collect.ipynb`, cells 14 and 15.
 *
 * @param input one picture as the network takes it: {@link preprocess}.
 * @throws Error where the model has no class scores or insists on a batch; MissingRuleError, NoPathError as autodiff's `jvp`.
 */
export async function classEffects(
  source: ModelSource,
  input: Float32Array,
  layer: string,
  { preprocessing, pool, by, graphs }: ClassEffectsOptions,
): Promise<ClassEffects> {
  const scores = classOutput(source.model);
  const { name, batch } = imageInput(source.model);
  if (scores === null) throw new Error('The model has no class scores among its outputs.');
  if (batch !== null && batch !== 1)
    throw new Error(`The model insists on batches of ${batch} pictures; the effects of one layer on all classes take one.`);
  const layout = layerLayout(source.model, layer, pictureSizeOf(source.model, preprocessing));
  const image = { [name]: { dtype: 'float32' as const, dims: inputDims(preprocessing), data: input } };
  const { part, forward } = graphs ?? classEffectGraphs(source, layer);
  const run = async (session: SessionSource, runs: readonly Feeds[]) =>
    pool.run<RunFeedsArgs, Record<string, { dims: number[]; data: Float32Array }>[]>(runFeedsTask, { session, runs });
  const [first] = await run(part, [image]);
  const { dims, data } = first![layer]!;
  const positions = layout.rows * layout.columns;
  const count = by === 'position' ? positions : layout.channels;
  const effects = new Float32Array(count * scores.classes);
  // Run by run: the tangents of all channels of a wide layer would not fit into memory together.
  const together = Math.max(1, Math.min(TANGENTS, Math.floor(TANGENT_VALUES / data.length)));
  for (let from = 0; from < count; from += together) {
    const here = Math.min(together, count - from);
    const tangents = new Float32Array(together * data.length);
    for (let t = 0; t < here; t++)
      for (let other = 0; other < (by === 'position' ? layout.channels : positions); other++) {
        const at = by === 'position' ? indexOf(layout, other, from + t) : indexOf(layout, from + t, other);
        tangents[t * data.length + at] = data[at]!;
      }
    const feeds: Feeds = {
      ...image,
      [`tangent:${layer}`]: { dtype: 'float32', dims: [together, ...dims.slice(1)], data: tangents },
    };
    const [result] = await run(forward, [feeds]);
    effects.set(result![`tangent:${scores.tensor}`]!.data.subarray(0, here * scores.classes), from * scores.classes);
  }
  return { rows: layout.rows, columns: layout.columns, channels: layout.channels, classes: scores.classes, effects };
}
