import { formatTick } from './formatTick.js';
import type { Scale } from './scale.js';

interface Props {
  readonly x: Scale;
  readonly y: Scale;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly formatX?: (value: number) => string;
  readonly formatY?: (value: number) => string;
}

/** Grid lines and the values at them. */
export function Axes({ x, y, left, right, bottom, formatX = formatTick, formatY = formatTick }: Props) {
  const xTicks = x.ticks(Math.max(3, Math.floor((right - left) / 80)));
  return (
    <g className="axes">
      {y.ticks(4).map((value) => (
        <g key={value} transform={`translate(0 ${y.toPx(value).toFixed(1)})`}>
          <path d={`M${left} 0H${right}`} />
          <text x={left - 6} dy="0.32em" textAnchor="end">
            {formatY(value)}
          </text>
        </g>
      ))}
      {xTicks.map((value) => (
        <text key={value} x={x.toPx(value)} y={bottom + 16} textAnchor="middle">
          {formatX(value)}
        </text>
      ))}
    </g>
  );
}
