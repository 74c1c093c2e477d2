import type { LanguageModel } from '@incognita/language';
import type { DecoderCard } from '@incognita/workspace';

/** What a decoder is, as the page shows it. */
export function cardOf(model: LanguageModel): DecoderCard {
  const { anatomy, tokenizer, context, ends, test } = model;
  const points = [...model.points.values()].map((point): [string, DecoderCard['points'][string]] => [
    point.name,
    'refused' in point ? { refused: point.refused } : { heads: point.heads, width: point.width },
  ]);
  let parameters = 0;
  for (const { dims } of model.prepared.fast.graph.initializers.values()) parameters += dims.reduce((a, b) => a * b, 1);
  return {
    layers: anatomy.layers,
    width: anatomy.width,
    vocabulary: anatomy.vocabulary,
    heads: anatomy.heads,
    parallel: anatomy.parallel,
    context,
    parameters,
    begin: tokenizer?.begin.map((id) => tokenizer.label(id)) ?? [],
    ends,
    points: Object.fromEntries(points),
    test,
  };
}
