/** Colours of our plots on light and on dark pages, those of the explorer; the picture itself is transparent. */
const STYLE = `
text { font: 12px system-ui, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #3d372d }
.title { font-size: 14px; font-weight: 600; fill: #1d1a15 }
.note { font-size: 11px; fill: #625a4e }
.frame { fill: none; stroke: #b9b4ac }
.grid { stroke: #b9b4ac; stroke-opacity: .35; stroke-width: 1 }
.thread { fill: none; stroke: #8a857d; stroke-width: 1 }
.law { fill: none; stroke: #8a5606; stroke-width: 2 }
.band { fill: #8a5606; fill-opacity: .14 }
.dot { fill: #8a857d; fill-opacity: .55 }
.chosen { fill: #8a5606 }
.past { fill: #23628f }
.rumour { fill: none; stroke: #23628f; stroke-width: 1.5; stroke-dasharray: 3 2 }
@media (prefers-color-scheme: dark) {
text { fill: #d8d0c3 }
.title { fill: #f0eae0 }
.note { fill: #b0a799 }
.frame { stroke: #57534e }
.grid { stroke: #57534e }
.thread { stroke: #88837b }
.law { stroke: #e8b84f }
.band { fill: #e8b84f; fill-opacity: .18 }
.dot { fill: #a8a39b }
.chosen { fill: #e8b84f }
.past { fill: #7fb4e0 }
.rumour { stroke: #7fb4e0 }
}`;

/** A whole SVG picture that reads well on light and on dark pages. */
export function svg(
  { width, height, title }: { width: number; height: number; title: string },
  parts: readonly string[],
): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`;
  return `${[head, `<title>${escaped(title)}</title>`, `<style>${STYLE}\n</style>`, ...parts].join('\n')}\n</svg>\n`;
}

/** Text within markup. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A place on paper, to a tenth of a pixel. */
export function place(value: number): string {
  return String(Number(value.toFixed(1)));
}

/** A line of text. */
export function label(
  x: number,
  y: number,
  text: string,
  options: { readonly anchor?: 'start' | 'middle' | 'end'; readonly as?: string } = {},
): string {
  const { anchor = 'start', as } = options;
  const kind = as === undefined ? '' : ` class="${as}"`;
  return `<text x="${place(x)}" y="${place(y)}" text-anchor="${anchor}"${kind}>${escaped(text)}</text>`;
}

/** A point with what it is, for who rests on it with the mouse or reads it with a screen reader. */
export function dot(x: number, y: number, { radius, as, title }: { radius: number; as: string; title: string }): string {
  return `<circle class="${as}" cx="${place(x)}" cy="${place(y)}" r="${radius}"><title>${escaped(title)}</title></circle>`;
}
