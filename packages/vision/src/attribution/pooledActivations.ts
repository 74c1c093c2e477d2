import { cut, imageInput } from '@incognita/onnx';
import { type Feeds, type ModelSource, sessionSource, type WorkerPool } from '@incognita/runtime';
import { layerLayout } from '../layout/layerLayout.js';
import type { Picture } from '../picture/picture.js';
import { preprocess } from '../preprocessing/preprocess.js';
import { inputDims, type Preprocessing } from '../preprocessing/preprocessing.js';
import type { PooledLayer } from '../trust/trust.js';
import { runFeedsTask } from './poolRunner.js';
import { indexOf } from './positions.js';
import type { RunFeedsArgs } from './runFeeds.task.js';

/** Pictures of one run. */
const BATCH = 4;

/**
 * Channels of layers, averaged over the positions of each picture, in one forward pass. Pictures must be of one size, which may be another than the
 * preprocessing's where the model leaves its size open.
 *
 * @example const [fire8] = await pooledActivations(source, [picture], ['/fire8/Concat_output_0'], { preprocessing, pool });
 */
export async function pooledActivations(
  source: ModelSource,
  pictures: readonly Picture[],
  layers: readonly string[],
  { preprocessing, pool }: { readonly preprocessing: Preprocessing; readonly pool: WorkerPool },
): Promise<PooledLayer[]> {
  const { name, batch: fixed } = imageInput(source.model);
  const [first] = pictures;
  if (first === undefined) throw new RangeError('There is no picture to look at.');
  const own: Preprocessing = { ...preprocessing, widthPx: first.width, heightPx: first.height };
  const batch = fixed ?? BATCH;
  const dims = inputDims(own, batch);
  const size = dims.slice(1).reduce((a, b) => a * b, 1);
  const runs: Feeds[] = [];
  for (let from = 0; from < pictures.length; from += batch) {
    const data = new Float32Array(batch * size);
    for (const [i, picture] of pictures.slice(from, from + batch).entries()) data.set(preprocess(picture, own).input, i * size);
    runs.push({ [name]: { dtype: 'float32', dims, data } });
  }
  const results = await pool.run<RunFeedsArgs, Record<string, { data: Float32Array }>[]>(runFeedsTask, {
    session: sessionSource(source, cut(source.model, { outputs: layers })),
    runs,
  });
  return layers.map((layer) => {
    const layout = layerLayout(source.model, layer, own);
    const { channels, rows, columns, extraTokens } = layout;
    const positions = rows * columns;
    const values = new Float32Array(pictures.length * channels);
    for (let i = 0; i < pictures.length; i++) {
      const { data } = results[Math.floor(i / batch)]![layer]!;
      const part = data.subarray((i % batch) * channels * (positions + extraTokens));
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let p = 0; p < positions; p++) sum += part[indexOf(layout, c, p)]!;
        values[i * channels + c] = sum / positions;
      }
    }
    return { channels, values };
  });
}
