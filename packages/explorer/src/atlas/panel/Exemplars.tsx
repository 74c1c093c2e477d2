import type { ExemplarRow, PointRow } from '@incognita/workspace/schema';
import { useState } from 'react';
import './Exemplars.css';
import { formatCount } from '../../ui/format.js';
import { PictureCrop } from '../../ui/PictureCrop.js';
import { shortName } from '../map/labels.js';
import { useAtlas } from '../state/AtlasContext.js';

interface Props {
  readonly exemplars: readonly ExemplarRow[];
  readonly points: readonly Pick<PointRow, 'picture'>[];
  readonly count: number;
}

/** Real patches of the cell, nearest to its mean direction first, and the picture that one of them comes from. */
export function Exemplars({ exemplars, points, count }: Props) {
  const { pictures } = useAtlas().manifest.dataset;
  const [chosen, setChosen] = useState(0);
  const [pointed, setPointed] = useState<number | null>(null);
  const shown = exemplars[pointed ?? chosen];
  const picture = shown && pictures[points[shown.point]?.picture ?? -1];
  return (
    <section aria-label="Real patches">
      <h3>Real patches</h3>
      <p className="detail-note">
        {formatCount(exemplars.length)} of {formatCount(count)} members, nearest to the mean direction first.
      </p>
      <div className="exemplars">
        {exemplars.map((exemplar, i) => {
          const source = pictures[points[exemplar.point]?.picture ?? -1];
          if (!source) return null;
          return (
            <button
              key={exemplar.rank}
              type="button"
              aria-pressed={i === chosen}
              aria-label={`Patch ${i + 1}${source.label === null ? '' : ` of ${shortName(source.label)}`}, cosine ${exemplar.cosine.toFixed(3)}`}
              onClick={() => setChosen(i)}
              onPointerEnter={() => setPointed(i)}
              onPointerLeave={() => setPointed(null)}
            >
              <PictureCrop picture={source} rectangle={exemplar} />
            </button>
          );
        })}
      </div>
      {shown && picture && (
        <figure className="whole">
          <div className="whole-frame">
            <img
              src={`./${picture.image}`}
              width={picture.widthPx}
              height={picture.heightPx}
              alt={`The whole picture: ${picture.label ?? picture.file}`}
            />
            <span
              className="whole-patch"
              style={{
                left: `${(shown.left / picture.widthPx) * 100}%`,
                top: `${(shown.top / picture.heightPx) * 100}%`,
                width: `${(shown.width / picture.widthPx) * 100}%`,
                height: `${(shown.height / picture.heightPx) * 100}%`,
              }}
            />
          </div>
          <figcaption>
            <strong>{picture.label === null ? 'No label' : picture.label}</strong>
            <span className="quiet">{picture.file}</span>
            <span className="quiet number">cosine to the mean {shown.cosine.toFixed(3)}</span>
          </figcaption>
        </figure>
      )}
    </section>
  );
}
