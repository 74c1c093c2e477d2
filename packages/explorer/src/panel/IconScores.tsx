import type { IconRow } from '@incognita/workspace/schema';
import { formatCount, formatPercent } from '../ui/format.js';

/** How far to trust the icon. */
export function IconScores({ score }: { score: IconRow | null }) {
  if (!score) return null;
  const weak = score.naturalPercentile < 0.95;
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
      {weak && (
        <p className="detail-note">Treat this icon with care: natural patches excite its direction about as much as it does.</p>
      )}
    </>
  );
}
