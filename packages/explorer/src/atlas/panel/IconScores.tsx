import type { IconRow } from '@incognita/workspace/schema';
import { formatCount, formatPercent } from '../../ui/format.js';

/** How far to trust the icon. */
export function IconScores({ score }: { score: IconRow | null }) {
  if (!score) return null;
  return (
    <>
      <dl className="scores">
        <div>
          <dt>cosine to the cell’s direction</dt>
          <dd className="number">{score.cosine.toFixed(3)}</dd>
        </div>
        <div>
          <dt>of natural activations lie below it</dt>
          <dd className="number">{formatPercent(score.naturalPercentile)}</dd>
        </div>
        <div>
          <dt>optimisation steps</dt>
          <dd className="number">{formatCount(score.steps)}</dd>
        </div>
      </dl>
      {warnings(score).map((text) => (
        <p key={text} className="detail-note">
          {text}
        </p>
      ))}
    </>
  );
}

const MEETS_COSINE = 0.5;
const BEYOND_NATURAL = 0.95;

function warnings({ cosine, naturalPercentile }: IconRow): string[] {
  const found: string[] = [];
  if (cosine < MEETS_COSINE) found.push('With care: the icon meets the direction only in part; much in it belongs to others.');
  if (naturalPercentile < BEYOND_NATURAL)
    found.push('With care: natural patches excite this direction about as much as the icon does.');
  return found;
}
