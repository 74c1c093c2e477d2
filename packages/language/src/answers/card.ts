import type { LanguageModel } from '../model/languageModel.js';
import type { SelfTest } from '../model/selfTest.js';

/** What a decoder is, as plain data. */
export interface Card {
  readonly layers: number;
  readonly width: number;
  readonly vocabulary: number;
  /** Heads of queries by layer; null where they are not known. */
  readonly heads: readonly (number | null)[];
  readonly parallel: readonly boolean[];
  readonly context: number | null;
  readonly parameters: number;
  /** Labels of the tokens that are put before a text. */
  readonly begin: readonly string[];
  readonly ends: readonly number[];
  readonly points: Readonly<Record<string, { heads: number | null; width: number | null } | { refused: string }>>;
  readonly test: SelfTest | null;
}

/** What a decoder is, as a page shows it. */
export function cardOf(model: LanguageModel): Card {
  const { anatomy, tokenizer, context, ends, test } = model;
  const points = [...model.points.values()].map((point): [string, Card['points'][string]] => [
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
