import { explainNumber } from '../analysis/explainNumber.js';
import type { LanguageModel } from '../model/languageModel.js';
import { readClamps } from './clampLines.js';
import type { TextQuestion } from './requests.js';

/** One side of a dot product as plain data. */
export interface Side {
  readonly name: string;
  readonly values: readonly number[];
}

/** A dot product as plain data: value = scale · Σ left · right + bias. */
export interface Explained {
  readonly value: number;
  readonly left: Side;
  readonly right: Side;
  readonly scale: number;
  readonly bias: number;
  readonly sum: number;
  readonly error: number;
}

/** The dot product behind a number; see {@link explainNumber}. */
export async function explain(
  model: LanguageModel,
  {
    ...question
  }: TextQuestion & {
    readonly point: string;
    readonly position: number;
    readonly head?: number | undefined;
    readonly index: number;
  },
): Promise<Explained> {
  const { ids, clamps, point, position, head, index } = question;
  const at = { point, position, index, ...(head === undefined ? {} : { head }) };
  const { left, right, ...rest } = await explainNumber(model, ids, at, await readClamps(model, clamps, ids));
  const plain = ({ name, values }: typeof left): Side => ({ name, values: Array.from(values) });
  return { ...rest, left: plain(left), right: plain(right) };
}
