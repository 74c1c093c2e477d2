/** Three significant digits with a sign: +0.0312, −1.84. A true minus, so that columns line up. */
export function formatSigned(value: number): string {
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  const text = magnitude >= 1e-3 && magnitude < 1e3 ? magnitude.toPrecision(3) : magnitude.toExponential(1);
  return `${value < 0 ? '−' : '+'}${text}`;
}

export function formatPercent(share: number): string {
  const percent = share * 100;
  return `${percent >= 99.95 && percent < 100 ? '> 99.9' : Number(percent.toFixed(percent < 10 ? 1 : 0))} %`;
}

export function formatCount(value: number): string {
  return value.toLocaleString('en');
}

export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  const power = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`;
}

/** A length of time in words: 40 s, 12 min, 3 h 20 min, 2 days. */
export function formatSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 || hours >= 10 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

/** A share as percent with one digit: 50.2 %. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
