import type { ChannelExemplarRow } from '@incognita/workspace/schema';
import { useState } from 'react';
import { formatPercent, formatSigned } from '../../ui/format.js';
import { PictureCrop } from '../../ui/PictureCrop.js';
import { WholePicture } from '../../ui/WholePicture.js';
import { pictureName } from '../data/classNames.js';
import { useMicroscope } from '../data/MicroscopeContext.js';
import type { Place } from '../microscopeAddress.js';

const GROUPS = [
  ['top', 'Strongest', 'one a picture'],
  ['quantile', 'Over all of its values', 'at random places, from the least value to the greatest'],
  ['bottom', 'Weakest', 'one a picture'],
] as const;

interface Props {
  readonly exemplars: readonly ChannelExemplarRow[];
  /** The place whose dot product is shown. */
  readonly place: Place | null;
  readonly onPlace: (place: Place) => void;
}

/** Real patches of a channel, cut to what its position sees; choosing one shows its picture and takes its value apart. */
export function Patches({ exemplars, place, onPlace }: Props) {
  const { manifest } = useMicroscope();
  const [pointed, setPointed] = useState<ChannelExemplarRow | null>(null);
  const chosen = exemplars.find((row) => place !== null && same(row, place));
  const shown = pointed ?? chosen ?? exemplars[0];
  const picture = shown && manifest.dataset.pictures[shown.picture];
  return (
    <section aria-label="Real patches" className="channel-patches">
      <h2>Real patches</h2>
      <div className="channel-patches-body">
        <div>
          {GROUPS.map(([kind, title, how]) => {
            const rows = exemplars.filter((row) => row.kind === kind);
            if (rows.length === 0) return null;
            return (
              <div key={kind}>
                <h3>
                  {title} <span className="quiet">{how}</span>
                </h3>
                <ul className="patch-list" data-kind={kind}>
                  {rows.map((row) => {
                    const source = manifest.dataset.pictures[row.picture];
                    if (source === undefined) return null;
                    return (
                      <li key={row.rank}>
                        <button
                          type="button"
                          aria-pressed={row === chosen}
                          aria-label={`${pictureName(source)}, value ${formatSigned(row.value)}`}
                          onClick={() => onPlace({ picture: row.picture, row: row.row, column: row.column })}
                          onPointerEnter={() => setPointed(row)}
                          onPointerLeave={() => setPointed(null)}
                        >
                          <PictureCrop picture={source} rectangle={row} />
                          <span className="number">{formatSigned(row.value)}</span>
                        </button>
                      </li>
                    );
                  })}
                </ul>
              </div>
            );
          })}
        </div>
        {shown && picture && (
          <figure className="patch-whole">
            <WholePicture picture={picture} rectangle={shown} alt={`The whole picture: ${pictureName(picture)}`} />
            <figcaption>
              <b>{pictureName(picture)}</b>
              <span className="quiet number">
                {formatSigned(shown.value)}, above {formatPercent(shown.quantile)} of sampled positions; row {shown.row}, column{' '}
                {shown.column}
              </span>
            </figcaption>
          </figure>
        )}
      </div>
    </section>
  );
}

function same(row: ChannelExemplarRow, place: Place): boolean {
  return row.picture === place.picture && row.row === place.row && row.column === place.column;
}
