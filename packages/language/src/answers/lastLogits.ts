import { logitsFromStream } from '../analysis/between.js';
import type { LanguageModel } from '../model/languageModel.js';
import type { PointClamp } from '../points/clamp.js';

/** Logits of the last position; the unembedding runs for that one alone where nothing behind the last block is clamped. */
export async function lastLogits(
  model: LanguageModel,
  ids: readonly number[],
  clamps: readonly PointClamp[],
): Promise<Float32Array> {
  const { layers, unembedding, vocabulary } = model.anatomy;
  const last = `resid_post.${layers - 1}`;
  const behind = clamps.some(({ point }) => point === 'logits' || point === 'final_norm');
  if (behind || !unembedding.rowwise) {
    const { points } = await model.run(ids, { taps: ['logits'], clamps, logits: false });
    return points.logits!.data.subarray(-vocabulary);
  }
  const { points } = await model.run(ids, { taps: [last], clamps, logits: false });
  const stream = points[last]!;
  const width = stream.dims[1]!;
  const row = { ...stream, dims: [1, width], data: stream.data.slice(-width) };
  return (await logitsFromStream(model, ids.slice(-1), row)).data;
}
