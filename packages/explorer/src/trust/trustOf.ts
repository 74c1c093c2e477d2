/** Numbers by which an optimised image is judged; null: not measured. */
export interface TrustScores {
  readonly naturalPercentile: number | null;
  readonly seedAgreement: number | null;
  readonly twoAlternative: number | null;
}

export type Measure = keyof TrustScores;

/** Marks below which an image is doubtful, as the workspace states them. */
export type TrustMarks = Readonly<Record<Measure, number>>;

/** The marks of `docs/trust.md`, for workspaces that state none. */
export const TRUST_MARKS: TrustMarks = { naturalPercentile: 0.95, seedAgreement: 0.3, twoAlternative: 0.7 };

/** One measure of an image: above its mark, below it, or not measured. */
export interface Judged {
  readonly measure: Measure;
  readonly value: number | null;
  readonly mark: number;
  readonly state: 'above' | 'below' | 'absent';
}

/** What is known of an image, and whether it is above all marks that were measured. */
export interface Verdict {
  readonly measures: readonly Judged[];
  readonly trusted: boolean;
}

const MEASURES: readonly Measure[] = ['naturalPercentile', 'seedAgreement', 'twoAlternative'];

/** Judges an image by its marks: the same rule as `isTrusted` of the library. */
export function trustOf(scores: TrustScores, marks: TrustMarks): Verdict {
  const measures = MEASURES.map((measure): Judged => {
    const value = scores[measure];
    const mark = marks[measure];
    return { measure, value, mark, state: value === null ? 'absent' : value >= mark ? 'above' : 'below' };
  });
  return { measures, trusted: measures.every(({ state }) => state !== 'below') };
}

const WORDS: Readonly<Record<Measure, string>> = {
  naturalPercentile: 'natural percentile',
  seedAgreement: 'agreement of seeds',
  twoAlternative: 'two-alternative score',
};

/** A measure in words. */
export function measureName(measure: Measure): string {
  return WORDS[measure];
}

/** The verdict in one line, for those who do not see the mark. */
export function sayTrust({ measures, trusted }: Verdict): string {
  const named = (state: Judged['state']) => measures.filter((one) => one.state === state).map(({ measure }) => WORDS[measure]);
  const [below, absent] = [named('below'), named('absent')];
  const unknown = absent.length === 0 ? '' : `; not measured: ${absent.join(', ')}`;
  return trusted ? `above all marks${unknown}` : `doubtful: below the mark in ${below.join(' and ')}${unknown}`;
}
