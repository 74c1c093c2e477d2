import type { ChannelLinkRow, LayerMicroscope } from '@incognita/workspace/schema';
import { formatSigned } from '../../ui/format.js';
import { useImages, useLinks } from '../data/layerData.js';
import { useMicroscope } from '../data/MicroscopeContext.js';
import { followLink } from '../followLink.js';
import { useTiles } from '../grid/useTiles.js';
import { microscopeLink, useMicroscopeAddress } from '../microscopeAddress.js';

const GROUPS = [
  ['before', 'weight', 'Before, by weight', 'sum of the weights between the two channels'],
  ['before', 'attribution', 'Before, by attribution', 'activation × gradient, mean over some pictures'],
  ['after', 'weight', 'After, by weight', 'sum of the weights between the two channels'],
  ['after', 'attribution', 'After, by attribution', 'activation × gradient, mean over some pictures'],
] as const;

/** The channels that this one is connected with most; each leads on. */
export function Wiring({ layer, channel }: { layer: LayerMicroscope; channel: number }) {
  const links = useLinks(layer);
  const own = links.value?.get(channel) ?? [];
  return (
    <section aria-label="Connections">
      <h2>Connections</h2>
      {links.error !== null && <p role="alert">{links.error}</p>}
      {layer.links === null && (
        <p className="quiet">No channel before or after is known: no layer with weights reads this one directly.</p>
      )}
      {layer.links !== null && links.value !== null && own.length === 0 && (
        <p className="quiet">This channel has no connections that are known.</p>
      )}
      <div className="wiring">
        {GROUPS.map(([direction, measure, title, how]) => {
          const rows = own.filter((row) => row.direction === direction && row.measure === measure);
          if (rows.length === 0) return null;
          return (
            <div key={title}>
              <h3>
                {title} <span className="quiet">{how}</span>
              </h3>
              <Links rows={rows} />
            </div>
          );
        })}
      </div>
    </section>
  );
}

function Links({ rows }: { rows: readonly ChannelLinkRow[] }) {
  const most = Math.max(...rows.map(({ value }) => Math.abs(value)));
  return (
    <ol className="links">
      {rows.map((row) => (
        <Linked key={`${row.layer} ${row.other}`} row={row} share={most === 0 ? 0 : Math.abs(row.value) / most} />
      ))}
    </ol>
  );
}

function Linked({ row, share }: { row: ChannelLinkRow; share: number }) {
  const { layers } = useMicroscope();
  const layer = layers.get(row.layer);
  return (
    <li>
      <a
        href={microscopeLink(row.layer, row.other)}
        onClick={followLink}
        aria-label={`${row.layer} channel ${row.other}, ${formatSigned(row.value)}`}
      >
        {layer && <LinkTile layer={layer} channel={row.other} />}
        <span className="link-name">
          {row.layer} <b>{row.other}</b>
        </span>
        <span className="link-value number" data-negative={row.value < 0 || undefined}>
          {formatSigned(row.value)}
          <span className="link-bar" style={{ '--share': share } as React.CSSProperties} />
        </span>
      </a>
    </li>
  );
}

function LinkTile({ layer, channel }: { layer: LayerMicroscope; channel: number }) {
  const { tiles } = useMicroscopeAddress();
  const images = useImages(layer);
  const tile = useTiles(layer, tiles, images.value)(channel);
  return <span className="link-tile" style={tile?.style} />;
}
