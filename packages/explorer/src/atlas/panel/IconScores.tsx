import type { IconRow } from '@incognita/workspace/schema';
import { iconVerdict } from '../../trust/iconVerdict.js';
import { TrustAbout } from '../../trust/TrustAbout.js';
import { formatCount, formatPercent } from '../../ui/format.js';
import { useAtlas } from '../state/AtlasContext.js';

/** How far to trust the icon. */
export function IconScores({ score }: { score: IconRow | null }) {
  const { manifest } = useAtlas();
  if (!score) return null;
  return (
    <>
      <TrustAbout verdict={iconVerdict(score, manifest)}>
        <p className="quiet">
          Of the icons of a map, of which there are hundreds, the natural percentile and the cosine are measured (
          {score.cosine.toFixed(3)} here); the other measures are made for the images of the page Microscope.
        </p>
      </TrustAbout>
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
