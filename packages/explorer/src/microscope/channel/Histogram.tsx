import type { ChannelExemplarRow, LayerMicroscope } from '@incognita/workspace/schema';
import { formatCount, formatSigned } from '../../ui/format.js';
import { useHistograms } from '../data/layerData.js';
import { barsOf } from './bars.js';

const [WIDTH, HEIGHT] = [600, 96];
const MARK_PX = 9;
const MARKS = { top: 'strongest', quantile: 'over all values', bottom: 'weakest' } as const;

/** How often the channel takes which values, with marks where the patches lie. */
export function Histogram({
  layer,
  channel,
  exemplars,
}: {
  layer: LayerMicroscope;
  channel: number;
  exemplars: readonly ChannelExemplarRow[];
}) {
  const { value, error } = useHistograms(layer);
  if (error !== null) return <p role="alert">{error}</p>;
  if (value === null) return null;
  const { bins, counts, start, width } = value;
  const found = barsOf(counts.subarray(channel * bins, (channel + 1) * bins), start[channel]!, width[channel]!);
  if (found === null) return null;
  const { low, high, bars, total } = found;
  const x = (at: number) => Math.max(0, Math.min(1, (at - low) / (high - low))) * WIDTH;
  const largest = bars.reduce((a, b) => (b.count > a.count ? b : a));
  return (
    <section aria-label="Histogram">
      <h2>Its values</h2>
      <figure className="channel-histogram">
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT + MARK_PX + 3}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`Histogram of ${formatCount(total)} values from ${formatSigned(low)} to ${formatSigned(high)}; most, ${formatCount(largest.count)}, lie between ${formatSigned(largest.from)} and ${formatSigned(largest.to)}`}
        >
          {bars.map(({ left, width: share, height, from, to, count }) => (
            <rect
              key={from}
              x={left * WIDTH}
              width={Math.max(0.5, share * WIDTH - 1)}
              y={HEIGHT * (1 - height)}
              height={HEIGHT * height}
            >
              <title>{`${formatCount(count)} between ${formatSigned(from)} and ${formatSigned(to)}`}</title>
            </rect>
          ))}
          {low < 0 && high > 0 && <path className="histogram-zero" d={`M${x(0)} 0V${HEIGHT}`} />}
          {exemplars.map((row) => (
            <path
              key={`${row.kind} ${row.rank}`}
              className="histogram-mark"
              data-kind={row.kind}
              d={`M${x(row.value)} ${HEIGHT + 3}v${MARK_PX}`}
            />
          ))}
        </svg>
        <figcaption className="number">
          <span>{formatSigned(low)}</span>
          <span className="quiet">
            {formatCount(total)} values; heights are square roots, so that rare values show. Marks: patches (
            {Object.entries(MARKS).map(([kind, name], i) => (
              <span key={kind}>
                {i > 0 && ', '}
                <span className="histogram-key" data-kind={kind} aria-hidden="true" /> {name}
              </span>
            ))}
            ).
          </span>
          <span>{formatSigned(high)}</span>
        </figcaption>
      </figure>
    </section>
  );
}
