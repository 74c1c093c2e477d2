import { type LogScale, logScale, shortNumber } from './logScale.js';
import { label, place } from './svg.js';

/** Where a panel is and what its axes show. */
export interface LogPanelOptions {
  readonly title: string;
  readonly xLabel: string;
  /** Null: no label, for a panel beside another of the same axis. */
  readonly yLabel: string | null;
  /** All values that are to be within it. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Of the area inside the axes. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A panel with logarithmic axes: its frame, and where values are. */
export interface LogPanel {
  readonly x: LogScale['at'];
  readonly y: LogScale['at'];
  readonly frame: readonly string[];
  /** A line through points. */
  readonly line: (points: readonly (readonly [number, number])[], as: string) => string;
  /** The area between two lines. */
  readonly area: (points: readonly { readonly x: number; readonly low: number; readonly high: number }[], as: string) => string;
}

/** Draws axes, ticks and titles. */
export function logPanel({ title, xLabel, yLabel, left, top, width, height, ...values }: LogPanelOptions): LogPanel {
  const [right, bottom] = [left + width, top + height];
  const x = logScale(values.x, left, right);
  const y = logScale(values.y, bottom, top);
  const vertical = (value: number): string =>
    `<line class="grid" x1="${place(x.at(value))}" x2="${place(x.at(value))}" y1="${top}" y2="${bottom}"/>`;
  const horizontal = (value: number): string =>
    `<line class="grid" x1="${left}" x2="${right}" y1="${place(y.at(value))}" y2="${place(y.at(value))}"/>`;
  const frame = [
    ...x.between.map(vertical),
    ...y.between.map(horizontal),
    `<rect class="frame" x="${left}" y="${top}" width="${width}" height="${height}"/>`,
    ...x.ticks.map((value) => label(x.at(value), bottom + 18, shortNumber(value), { anchor: 'middle' })),
    ...y.ticks.map((value) => label(left - 8, y.at(value) + 4, shortNumber(value), { anchor: 'end' })),
    label(left, top - 12, title, { as: 'title' }),
    label(left + width / 2, bottom + 38, xLabel, { anchor: 'middle' }),
    ...(yLabel === null
      ? []
      : [
          `<g transform="translate(${place(left - 44)} ${place(top + height / 2)}) rotate(-90)">${label(0, 0, yLabel, { anchor: 'middle' })}</g>`,
        ]),
  ];
  const path = (points: readonly (readonly [number, number])[]): string =>
    points.map(([px, py]) => `${place(x.at(px))},${place(y.at(py))}`).join(' ');
  return {
    x: x.at,
    y: y.at,
    frame,
    line: (points, as) => `<polyline class="${as}" points="${path(points)}"/>`,
    area: (points, as) =>
      `<polygon class="${as}" points="${path([...points.map((p) => [p.x, p.high] as const), ...[...points].reverse().map((p) => [p.x, p.low] as const)])}"/>`,
  };
}
