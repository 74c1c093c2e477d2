import './chart.css';
import { type KeyboardEvent, useId, useState } from 'react';
import { useWidth } from '../useWidth.js';
import { Axes } from './Axes.js';
import { formatTick } from './formatTick.js';
import { linearScale, logScale, nice, type Scale } from './scale.js';
import type { Point } from './thin.js';

/** A thing with a name at a place. */
export interface Mark extends Point {
  readonly name: string;
  /** What is said of it when it is read. */
  readonly detail: string;
  /** `own`: measured here. `other`: published elsewhere. `rumour`: not confirmed by anybody; drawn hollow. */
  readonly kind: 'own' | 'other' | 'rumour';
  /** Write its name beside it. */
  readonly named?: boolean;
}

/** A line through the marks, with a band around it. */
export interface Law {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly low: number; readonly middle: number; readonly high: number }[];
}

interface Props {
  readonly title: string;
  readonly marks: readonly Mark[];
  readonly laws?: readonly Law[];
  readonly xName: string;
  readonly yName: string;
  readonly log: { readonly x: boolean; readonly y: boolean };
  readonly formatX?: (value: number) => string;
  readonly formatY?: (value: number) => string;
}

const HEIGHT = 340;
const MARGIN = { top: 18, right: 24, bottom: 42, left: 58 };
const NEXT: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** Marks in a plane of two axes; pointer and arrow keys go from one to the next, and it is said in words. */
export function ScatterChart({ title, marks, laws = [], xName, yName, log, formatX = formatTick, formatY = formatTick }: Props) {
  const [ref, width] = useWidth();
  const id = useId();
  const [at, setAt] = useState<number | null>(null);
  const shown = marks.filter((m) => (!log.x || m.x > 0) && (!log.y || m.y > 0)).sort((a, b) => a.x - b.x || a.y - b.y);
  if (shown.length === 0) return null;
  const right = Math.max(MARGIN.left + 60, width - MARGIN.right);
  const bottom = HEIGHT - MARGIN.bottom;
  const bands = laws.flatMap((law) => law.points);
  const x = axis(log.x, [...shown.map((m) => m.x), ...bands.map((p) => p.x)], [MARGIN.left, right]);
  const y = axis(log.y, [...shown.map((m) => m.y), ...bands.map((p) => p.middle)], [bottom, MARGIN.top]);
  const here = at === null ? null : shown[Math.min(at, shown.length - 1)]!;
  const onKey = (event: KeyboardEvent) => {
    const by = NEXT[event.key];
    if (event.key === 'Escape' && at !== null) setAt(null);
    else if (by !== undefined) setAt(at === null ? (by > 0 ? 0 : shown.length - 1) : clamp(at + by, shown.length));
    else if (event.key === 'Home' || event.key === 'End') setAt(event.key === 'Home' ? 0 : shown.length - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const path = (points: readonly (readonly [number, number])[]) =>
    points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${x.toPx(px).toFixed(1)} ${y.toPx(py).toFixed(1)}`).join('');
  return (
    <figure className="chart scatter" ref={ref} aria-labelledby={id}>
      <figcaption>
        <h3 id={id}>{title}</h3>
        <span className="quiet">{here ? `${here.name}: ${here.detail}` : ''}</span>
      </figcaption>
      {width > 0 && (
        <div className="chart-plot">
          <svg width={width} height={HEIGHT} aria-hidden="true">
            <Axes {...{ x, y, formatX, formatY, bottom, right }} left={MARGIN.left} />
            <text className="axis-name" x={right} y={HEIGHT - 4} textAnchor="end">
              {xName}
            </text>
            <text className="axis-name" x={4} y={10}>
              {yName}
            </text>
            {laws.map(({ name, points }) => (
              <g key={name}>
                <path
                  className="band"
                  d={`${path(points.map((p) => [p.x, within(y, p.high)]))}${path([...points].reverse().map((p) => [p.x, within(y, p.low)])).replace('M', 'L')}Z`}
                />
                <path className="curve" data-style={1} d={path(points.map((p) => [p.x, p.middle]))} />
              </g>
            ))}
            {shown.map((mark, i) => (
              <g key={mark.name} transform={`translate(${x.toPx(mark.x).toFixed(1)} ${y.toPx(mark.y).toFixed(1)})`}>
                <circle
                  className="mark"
                  data-kind={mark.kind}
                  data-here={i === at ? '' : undefined}
                  r={i === at ? 7 : 4.5}
                  onPointerEnter={() => setAt(i)}
                  onPointerLeave={() => setAt(null)}
                />
                {mark.named && (
                  <text
                    className="mark-name"
                    x={x.toPx(mark.x) > (right + MARGIN.left) / 2 ? -9 : 9}
                    dy="0.32em"
                    textAnchor={x.toPx(mark.x) > (right + MARGIN.left) / 2 ? 'end' : 'start'}
                  >
                    {mark.name}
                  </text>
                )}
              </g>
            ))}
          </svg>
          <div
            className="mark-reader"
            role="slider"
            tabIndex={0}
            aria-label={`${title}: go through the marks`}
            aria-valuemin={1}
            aria-valuemax={shown.length}
            aria-valuenow={(at ?? 0) + 1}
            aria-valuetext={here ? `${here.name}: ${here.detail}` : `${shown.length} marks; arrow keys read them`}
            onKeyDown={onKey}
            onBlur={() => setAt(null)}
          />
        </div>
      )}
    </figure>
  );
}

function axis(log: boolean, values: readonly number[], range: readonly [number, number]): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return log ? logScale([low * 0.8, high * 1.25], range) : linearScale(nice([low, high], 4), range);
}

/** Bands may leave the plot: they are cut at its edges. */
function within({ domain }: Scale, value: number): number {
  return Math.max(domain[0], Math.min(domain[1], value));
}

function clamp(value: number, count: number): number {
  return Math.max(0, Math.min(count - 1, value));
}
