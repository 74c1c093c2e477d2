import type { Feeds, Tensor } from '@incognita/runtime';
import type { LayerLayout } from '../layout/layerLayout.js';
import type { Picture } from '../picture/picture.js';
import { preprocess } from '../preprocessing/preprocess.js';
import { inputDims, type Preprocessing } from '../preprocessing/preprocessing.js';
import { orderedValues, type PackedMaps, packMaps } from './packMaps.js';

/** What a network makes of a picture. */
export interface LiveFrame {
  /** What the network saw, in its size. */
  readonly seen: Picture;
  /** Scores of all classes, before a softmax; null where the network has none. */
  readonly scores: Float32Array | null;
  /** Every channel of the layer that was asked for; null where none was. */
  readonly maps: PackedMaps | null;
  /** [channels, rows, columns]: the layer's exact values; null unless asked for. */
  readonly values: Float32Array | null;
  /** Milliseconds of each part. */
  readonly ms: { readonly prepare: number; readonly run: number; readonly pack: number };
}

/** What {@link liveFrame} needs to know of the graph that it runs. */
export interface FramePlan {
  readonly input: string;
  readonly preprocessing: Preprocessing;
  /** Pictures of a run: 1, or what the network insists on (the picture is repeated). */
  readonly batch: number;
  readonly scores: { readonly tensor: string; readonly classes: number } | null;
  readonly layer: LayerLayout | null;
}

/**
 * Takes one picture through a network: the house's own resize, one run, all maps of a layer packed to bytes.
 *
 * @param run runs the graph that has the plan's tensors as outputs.
 * @throws TypeError where the network's numbers are no float32.
 */
export async function liveFrame(
  run: (feeds: Feeds) => Promise<Readonly<Record<string, Tensor>>>,
  plan: FramePlan,
  picture: Picture,
  { values: wantsValues = false }: { readonly values?: boolean } = {},
): Promise<LiveFrame> {
  const { input: name, preprocessing, batch, scores, layer } = plan;
  const start = performance.now();
  const { input, seen } = preprocess(picture, preprocessing);
  let data = input;
  if (batch > 1) {
    data = new Float32Array(batch * input.length);
    for (let i = 0; i < batch; i++) data.set(input, i * input.length);
  }
  const prepared = performance.now();
  const result = await run({ [name]: { dtype: 'float32', dims: inputDims(preprocessing, batch), data } });
  const ran = performance.now();
  const values = layer === null ? null : floats(result, layer.tensor);
  const frame = {
    seen,
    scores: scores === null ? null : floats(result, scores.tensor).slice(0, scores.classes),
    maps: layer === null ? null : packMaps(values!, layer),
    values: layer === null || !wantsValues ? null : orderedValues(values!, layer),
  };
  return { ...frame, ms: { prepare: prepared - start, run: ran - prepared, pack: performance.now() - ran } };
}

function floats(result: Readonly<Record<string, Tensor>>, tensor: string): Float32Array {
  const { data, dtype } = result[tensor]!;
  if (!(data instanceof Float32Array))
    throw new TypeError(
      `The tensor \`${tensor}\` holds ${dtype}; float32 is shown. Convert the model: convertFloats(model, 'float32').`,
    );
  return data;
}
