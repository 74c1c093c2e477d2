const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A value at an axis, short: 1,000 · 0.02 · 10⁷ · 5×10⁻⁴. */
export function formatTick(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude === 0 || (magnitude >= 0.001 && magnitude < 1e6)) return Number(value.toPrecision(4)).toLocaleString('en');
  const power = Math.floor(Math.log10(magnitude) + 1e-9);
  const factor = Number((value / 10 ** power).toPrecision(2));
  const raised = [...String(Math.abs(power))].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return `${factor === 1 ? '' : `${factor}×`}10${power < 0 ? '⁻' : ''}${raised}`;
}
