const BARS = '▁▂▃▄▅▆▇█';

/** A curve in one line of text: the last `width` values, the lowest bar for the least of them. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-width);
  const [least, most] = [Math.min(...shown), Math.max(...shown)];
  const bar = (value: number): string => {
    const share = most > least ? (value - least) / (most - least) : 0;
    return BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))]!;
  };
  return shown.map(bar).join('');
}
