const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A value at an axis, short: 1,000 · 0.02 · 10⁷ · 5×10⁻⁴. */
export function formatTick(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude === 0 || (magnitude >= 0.00095 && magnitude < 1e6))
    return value.toLocaleString('en', { maximumSignificantDigits: 4 });
  const [factor, power] = value.toExponential(1).split('e').map(Number) as [number, number];
  const raised = [...String(Math.abs(power))].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return `${factor === 1 ? '' : `${factor}×`}10${power < 0 ? '⁻' : ''}${raised}`;
}
