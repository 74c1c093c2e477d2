import { emptyCache, stepFeeds } from '../generation/feeds.js';
import type { LanguageModel } from '../model/languageModel.js';
import { onlyInputs } from '../model/onlyInputs.js';
import { partBetween } from '../points/partBetween.js';
import { fromGraph, type PointTensor, toGraph } from '../points/pointTensor.js';

/**
 * Runs the part of the model between two points.
 *
 * @param ids the text that the value is of: the part may need its length.
 * @param value of the point `from`.
 */
export async function between(
  model: LanguageModel,
  from: string,
  to: string,
  ids: readonly number[],
  value: PointTensor,
): Promise<PointTensor> {
  const [start, end] = [model.point(from), model.point(to)];
  const part = partBetween(model.prepared.plain, start.tensor, end.tensor);
  const session = await model.sessions.get(`between ${from} ${to}`, () => part.model);
  const feeds = {
    ...stepFeeds(model.inputs, ids, 0, emptyCache(model.inputs)),
    [part.input]: { dtype: 'float32' as const, ...toGraph(value, start.axes) },
  };
  const result = await session.run(onlyInputs(feeds, part.model));
  return fromGraph(result[part.output]!, end.axes);
}

/**
 * What the end of the model (final normalization and unembedding) makes of a stream: logits = W_U · norm(x).
 *
 * @param stream [position, dim]
 * @returns [position, vocabulary]
 */
export function logitsFromStream(model: LanguageModel, ids: readonly number[], stream: PointTensor): Promise<PointTensor> {
  return between(model, `resid_post.${model.anatomy.layers - 1}`, 'logits', ids, stream);
}
