import type { KeyboardEvent, PointerEvent } from 'react';
import { type Store, useStore } from '../../state/store.js';
import type { Series } from './LineChart.js';
import type { Scale } from './scale.js';
import { nearest } from './thin.js';

interface Props {
  readonly title: string;
  readonly xName: string;
  readonly x: Scale;
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  readonly cursor: Store<number | null>;
  readonly box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
}

const STEPS: Readonly<Record<string, number>> = {
  ...{ ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1 },
  ...{ PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity },
};

/** Reads curves at one x: a slider for the keyboard and for screen readers, and what follows the pointer. */
export function Crosshair({ title, xName, x, series, format, cursor, box }: Props) {
  const at = useStore(cursor, (value) => value);
  const longest = series.reduce((a, b) => (b.points.length > a.points.length ? b : a)).points;
  const index = at === null ? longest.length - 1 : nearest(longest, at);
  const here = at ?? longest[index]!.x;
  const said = series.map(({ name, points }) => `${name} ${format(points[nearest(points, here)]!.y)}`).join(', ');

  const follow = (event: PointerEvent<HTMLElement>) => {
    const rect = event.currentTarget.getBoundingClientRect();
    const value = x.toValue(event.clientX - rect.left + box.left);
    cursor.set(longest[nearest(longest, value)]!.x);
  };
  const onKey = (event: KeyboardEvent) => {
    const by = STEPS[event.key];
    if (event.key === 'Escape' && at !== null) cursor.set(null);
    else if (by !== undefined) cursor.set(longest[Math.max(0, Math.min(longest.length - 1, index + by))]!.x);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      className="crosshair"
      role="slider"
      tabIndex={0}
      aria-label={`${title}: read at a ${xName}`}
      aria-valuemin={longest[0]!.x}
      aria-valuemax={longest.at(-1)!.x}
      aria-valuenow={here}
      aria-valuetext={`${xName} ${here.toLocaleString('en')}: ${said}`}
      style={box}
      onPointerMove={follow}
      onPointerDown={follow}
      onPointerLeave={(event) => event.currentTarget !== document.activeElement && cursor.set(null)}
      onBlur={() => cursor.set(null)}
      onKeyDown={onKey}
    >
      {at !== null && (
        <span className="crosshair-line" style={{ left: x.toPx(at) - box.left }}>
          <span className="number">
            {xName} {at.toLocaleString('en')}
          </span>
        </span>
      )}
    </div>
  );
}
