import { formatSigned } from '../../ui/format.js';

/** A number of a model: three digits, or the word for what is no plain number. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'not a number';
  return Math.abs(value) < 1e30 ? formatSigned(value) : value < 0 ? 'masked' : 'infinite';
}

/** A probability: 61 %, 0.3 %, 2e−7. */
export function formatProbability(value: number): string {
  if (value === 0) return '0';
  return value >= 1e-3 ? `${Number((100 * value).toPrecision(3))} %` : value.toExponential(1).replace('-', '−');
}

/** An error of computing: 2e−7. */
export function formatError(value: number): string {
  return value === 0 ? '0' : value.toExponential(0).replace('-', '−');
}
