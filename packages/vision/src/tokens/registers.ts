/** Tokens that act as registers: see {@link findRegisters}. */
export interface Registers {
  /** Positions in the sequence that are registers in at least half of the pictures. */
  readonly constant: readonly number[];
  /** Share of all picture tokens whose norm is an outlier. */
  readonly outlierShare: number;
  /** Norm above which a token counts as one. */
  readonly threshold: number;
}

/** So many times the median norm is an outlier. */
const TIMES_MEDIAN = 4;

/**
 * Tokens that hold something else than their patch: their norm is far beyond the others'. Source: Darcet et al., "Vision transformers need
 * registers", ICLR 2024, section 2, where outliers have norms some ten times those of other tokens; the cut-off there is set by hand, here at
 * four times the median.
 *
 * @param norms [pictures, tokens]: lengths of the layer's tokens, those before the picture's included.
 * @param extraTokens how many stand before the picture's.
 * @example findRegisters(norms, { tokens: 197, extraTokens: 1 }).outlierShare
 */
export function findRegisters(
  norms: Float32Array,
  { tokens, extraTokens }: { readonly tokens: number; readonly extraTokens: number },
): Registers {
  if (tokens < 1 || norms.length === 0 || norms.length % tokens !== 0)
    throw new RangeError(`${norms.length} norms do not make sequences of ${tokens} tokens.`);
  const pictures = norms.length / tokens;
  const own = norms.filter((_, i) => i % tokens >= extraTokens).sort();
  const threshold = TIMES_MEDIAN * own[Math.floor(own.length / 2)]!;
  const outliers = own.reduce((count, norm) => count + (norm > threshold ? 1 : 0), 0);
  const constant = Array.from({ length: tokens }, (_, t) => t).filter((t) => {
    let count = 0;
    for (let p = 0; p < pictures; p++) if (norms[p * tokens + t]! > threshold) count++;
    return 2 * count >= pictures;
  });
  return { constant, outlierShare: outliers / own.length, threshold };
}
