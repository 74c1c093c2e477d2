import type { StepsAnswer } from '@incognita/workspace/schema';
import { formatNumber } from '../../ui/numbers/formatNumber.js';

const [WIDTH, HEIGHT] = [600, 130];

/** What every slice adds, as bars in the order of the channels, and how the sum grows with them. */
export function RunningSum({ answer: { sums, bias, slices } }: { answer: StepsAnswer }) {
  const running = [0];
  for (const sum of sums) running.push(running.at(-1)! + sum);
  const end = running.at(-1)!;
  const low = Math.min(0, ...running, ...sums, end + bias);
  const high = Math.max(0, ...running, ...sums, end + bias);
  const y = (value: number) => HEIGHT - 5 - ((value - low) / (high - low || 1)) * (HEIGHT - 10);
  const x = (at: number) => (at / (slices + 1)) * WIDTH;
  const width = Math.max(0.8, WIDTH / (slices + 1) - 1);
  const line = running.map((value, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  return (
    <figure className="running-sum">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path className="running-zero" d={`M0 ${y(0)}H${WIDTH}`} />
        {sums.map((sum, i) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a slice is its place
            key={i}
            data-negative={sum < 0 || undefined}
            x={x(i)}
            width={width}
            y={Math.min(y(0), y(sum))}
            height={Math.abs(y(sum) - y(0))}
          />
        ))}
        <path className="running-line" d={`${line}L${x(slices + 1)} ${y(end + bias)}`} />
      </svg>
      <figcaption className="quiet number">
        Bars: what each of the {slices} slices adds, in the order of the channels. Line: the sum so far, from 0 to{' '}
        {formatNumber(end)}; its last step is the bias, to {formatNumber(end + bias)}.
      </figcaption>
    </figure>
  );
}
