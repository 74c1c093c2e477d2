import './chart.css';
import { useId } from 'react';
import { type Store, useStore } from '../../state/store.js';
import { useWidth } from '../useWidth.js';
import { Axes } from './Axes.js';
import { Crosshair } from './Crosshair.js';
import { linearScale, logScale, nice } from './scale.js';
import { nearest, type Point, thin } from './thin.js';

export interface Series {
  readonly name: string;
  /** In ascending order of x. */
  readonly points: readonly Point[];
  /** Colour and dash of the line: 0, 1 or 2. */
  readonly style: 0 | 1 | 2;
}

interface Props {
  readonly title: string;
  readonly series: readonly Series[];
  /** What x is, for example `step`. */
  readonly xName: string;
  /** Extent of x, where it is wider than the data: a run that is not at its end. */
  readonly xTo?: number;
  /** Fixed ends of y, for example 0 and 1 for shares. */
  readonly yFrom?: number;
  readonly log?: boolean;
  readonly format: (value: number) => string;
  /** Of the values at the axis; default: {@link formatTick}. */
  readonly formatAxis?: (value: number) => string;
  /** The x that is read, shared by the charts of a page. */
  readonly cursor: Store<number | null>;
}

const HEIGHT = 190;
const MARGIN = { top: 8, right: 12, bottom: 24, left: 48 };

/** Curves over one x, with a crosshair that pointer and arrow keys move, and their values in words. */
export function LineChart({ title, series, xName, xTo, yFrom, log = false, format, formatAxis, cursor }: Props) {
  const [ref, width] = useWidth();
  const id = useId();
  const at = useStore(cursor, (x) => x);
  const drawn = series
    .map((s) => ({ ...s, points: s.points.filter(({ y }) => Number.isFinite(y) && (!log || y > 0)) }))
    .filter(({ points }) => points.length > 0);
  const all = drawn.flatMap(({ points }) => points);
  const right = Math.max(MARGIN.left + 40, width - MARGIN.right);
  const x = linearScale([0, Math.max(xTo ?? 0, ...all.map((p) => p.x))], [MARGIN.left, right]);
  const ys = all.map((p) => p.y);
  const extent = [Math.min(...ys, yFrom ?? Infinity), Math.max(...ys)] as const;
  const rangeY = [HEIGHT - MARGIN.bottom, MARGIN.top] as const;
  const y =
    all.length === 0 ? linearScale([0, 1], rangeY) : log ? logScale(extent, rangeY) : linearScale(nice(extent, 4), rangeY);
  return (
    <figure className="chart" ref={ref} aria-labelledby={id}>
      <figcaption>
        <h3 id={id}>{title}</h3>
        <ul className="legend">
          {drawn.map(({ name, points, style }) => {
            const point = points[at === null ? points.length - 1 : nearest(points, at)]!;
            return (
              <li key={name} data-style={style}>
                <svg className="legend-line" viewBox="0 0 18 4" aria-hidden="true">
                  <path d="M0 2H18" className="curve" data-style={style} />
                </svg>
                {name} <b className="number">{format(point.y)}</b>
              </li>
            );
          })}
        </ul>
      </figcaption>
      {width > 0 && all.length > 0 && (
        <div className="chart-plot">
          <svg width={width} height={HEIGHT} aria-hidden="true">
            <Axes
              x={x}
              y={y}
              {...(formatAxis && { formatY: formatAxis })}
              bottom={HEIGHT - MARGIN.bottom}
              left={MARGIN.left}
              right={right}
            />
            {drawn.map(({ name, points, style }) => (
              <path
                key={name}
                className="curve"
                data-style={style}
                d={thin(points, right - MARGIN.left)
                  .map((p, i) => `${i === 0 ? 'M' : 'L'}${x.toPx(p.x).toFixed(1)} ${y.toPx(p.y).toFixed(1)}`)
                  .join('')}
              />
            ))}
            {drawn.map(({ name, points, style }) => {
              const point = points[at === null ? points.length - 1 : nearest(points, at)]!;
              return (
                <circle key={name} className="curve-dot" data-style={style} cx={x.toPx(point.x)} cy={y.toPx(point.y)} r={3} />
              );
            })}
          </svg>
          <Crosshair
            {...{ title, xName, x, cursor, format, series: drawn }}
            box={{ left: MARGIN.left, top: MARGIN.top, width: right - MARGIN.left, height: HEIGHT - MARGIN.top - MARGIN.bottom }}
          />
        </div>
      )}
      {all.length === 0 && <p className="chart-empty quiet">Nothing measured yet.</p>}
    </figure>
  );
}
