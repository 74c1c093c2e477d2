import { vjp } from '@incognita/autodiff';
import { emptyCache, stepFeeds } from '../generation/feeds.js';
import type { LanguageModel } from '../model/languageModel.js';
import { onlyInputs } from '../model/onlyInputs.js';
import { partBetween } from '../points/partBetween.js';
import { fromGraph, type PointTensor, toGraph } from '../points/pointTensor.js';

/**
 * How much one weighted sum of a later point moves with an earlier one: Σ weights · ∂to/∂from, through the part of the model between
 * them. Where that part is a product with constant weights, and one weight is 1, it is that row of the weights, however they are stored.
 *
 * @param value of the point `from`, at which it is differentiated.
 * @param weights of the shape of the point `to`.
 * @returns of the shape of `value`.
 * @throws MissingRuleError for an operator without a derivative; NoPathError where one does not depend on the other.
 */
export async function derivative(
  model: LanguageModel,
  {
    from,
    to,
    ids,
    value,
    weights,
  }: { from: string; to: string; ids: readonly number[]; value: PointTensor; weights: PointTensor },
): Promise<PointTensor> {
  const [start, end] = [model.point(from), model.point(to)];
  const part = partBetween(model.prepared.plain, start.tensor, end.tensor);
  const cotangent = 'weights';
  const graph = vjp(part.model, { of: part.output, wrt: part.input, cotangent: { [part.output]: cotangent } });
  const session = await model.sessions.get(`derivative ${from} ${to}`, () => graph);
  const feeds = {
    ...stepFeeds(model.inputs, ids, 0, emptyCache(model.inputs)),
    [part.input]: { dtype: 'float32' as const, ...toGraph(value, start.axes) },
    [cotangent]: { dtype: 'float32' as const, ...toGraph(weights, end.axes) },
  };
  const result = await session.run(onlyInputs(feeds, graph));
  return fromGraph(result[`grad:${part.input}`]!, start.axes);
}
