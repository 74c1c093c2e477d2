/** A logarithmic axis on paper. */
export interface LogScale {
  /** Place of a value. */
  readonly at: (value: number) => number;
  /** Values to write at the axis, and those between them that get a line only. */
  readonly ticks: readonly number[];
  readonly between: readonly number[];
}

/**
 * An axis from one place to another that holds all values, with a margin of a twentieth on each side. Within less than two decades multiples
 * of powers of ten are written too; over more than eight, every third power of ten.
 *
 * @param values positive. @param from place of the smallest. @param to of the largest.
 */
export function logScale(values: readonly number[], from: number, to: number): LogScale {
  const logs = values.map(Math.log10);
  const [least, most] = [Math.min(...logs), Math.max(...logs)];
  const margin = Math.max(0.02, (most - least) / 20);
  const [low, high] = [least - margin, most + margin];
  const place = (log: number): number => from + ((log - low) / (high - low)) * (to - from);
  const decades = Array.from({ length: Math.floor(high) - Math.floor(low) + 1 }, (_, i) => Math.floor(low) + i);
  const inside = (value: number): boolean => Math.log10(value) >= low && Math.log10(value) <= high;
  const multiples = (factors: readonly number[]): number[] =>
    decades.flatMap((decade) => factors.map((factor) => factor * 10 ** decade)).filter(inside);
  const span = high - low;
  const every = span > 8 ? 3 : 1;
  const powers = decades.filter((decade) => decade % every === 0).map((decade) => 10 ** decade);
  const all = multiples([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const ticks =
    span > 1.8
      ? powers.filter(inside)
      : multiples(span > 1 ? [1, 2, 5] : span > 0.5 ? [1, 2, 3, 5, 7] : [1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9]);
  return { at: (value) => place(Math.log10(value)), ticks, between: span > 4 ? decades.map((d) => 10 ** d).filter(inside) : all };
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A size for an axis: `0.5`, `20`, `3k`, `15M`, `10¹²`. */
export function shortNumber(value: number): string {
  const exact = (scaled: number): string => String(Number(scaled.toPrecision(3)));
  if (value < 1000) return exact(value);
  if (value < 1e6) return `${exact(value / 1e3)}k`;
  if (value < 1e9) return `${exact(value / 1e6)}M`;
  const exponent = Math.floor(Math.log10(value) + 1e-9);
  const power = `10${[...String(exponent)].map((digit) => SUPERSCRIPTS[Number(digit)]).join('')}`;
  const factor = exact(value / 10 ** exponent);
  return factor === '1' ? power : `${factor}·${power}`;
}
