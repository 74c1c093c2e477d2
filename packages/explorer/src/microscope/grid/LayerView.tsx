import './LayerView.css';
import type { LayerMicroscope } from '@incognita/workspace/schema';
import { useDeferredValue, useMemo, useRef } from 'react';
import { Icon } from '../../chrome/icons.js';
import { useKeys } from '../../chrome/useKeys.js';
import { formatCount } from '../../ui/format.js';
import { useImages, useStatistics } from '../data/layerData.js';
import { useMicroscope } from '../data/MicroscopeContext.js';
import { changeMicroscope, type Tiles, useMicroscopeAddress } from '../microscopeAddress.js';
import { ChannelGrid } from './ChannelGrid.js';
import { ORDER_NAMES, ORDERS, type Order, orderChannels } from './order.js';
import { useMatches } from './useMatches.js';
import { trustKeys, useTiles } from './useTiles.js';

const TILE_NAMES: Readonly<Record<Tiles, string>> = { images: 'Images', patches: 'Patches', kernels: 'Kernels' };

/** All channels of a layer. */
export function LayerView({ layer }: { layer: LayerMicroscope }) {
  const { manifest, microscope } = useMicroscope();
  const address = useMicroscopeAddress();
  const statistics = useStatistics(layer);
  const images = useImages(layer);
  const tiles = useTiles(layer, address.tiles, images.value);
  const text = useDeferredValue(address.text);
  const matches = useMatches(layer, text);
  const search = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => search.current?.focus() });
  const channels = useMemo(() => {
    if (statistics.value === null) return null;
    const all = orderChannels(statistics.value, address.order, trustKeys(images.value, microscope.trust));
    return matches.value === null ? all : all.filter((channel) => matches.value!.has(channel));
  }, [statistics.value, images.value, address.order, matches.value, microscope.trust]);
  const choices: Tiles[] = [
    ...(layer.images.length > 0 ? (['images'] as const) : []),
    'patches',
    ...(layer.kernels ? (['kernels'] as const) : []),
  ];
  const shownTiles = choices.includes(address.tiles) ? address.tiles : choices[0]!;
  const error = statistics.error ?? images.error ?? matches.error;
  return (
    <>
      <h1>{layer.layer}</h1>
      <p className="lead number">{factsOf(layer, manifest.dataset.pictures.length)}</p>
      {layer.noImages !== null && (
        <p className="boxed-note">
          <b>No optimised images.</b> {layer.noImages}
        </p>
      )}
      <div className="layer-tools">
        {choices.length > 1 && (
          <fieldset className="segments" aria-label="Tiles show">
            {choices.map((choice) => (
              <button
                key={choice}
                type="button"
                aria-pressed={choice === shownTiles}
                data-pressed={choice === shownTiles || undefined}
                onClick={() => changeMicroscope({ tiles: choice })}
              >
                {TILE_NAMES[choice]}
              </button>
            ))}
          </fieldset>
        )}
        <label className="layer-order">
          Sort by{' '}
          <select value={address.order} onChange={(event) => changeMicroscope({ order: event.target.value as Order })}>
            {ORDERS.filter((order) => order !== 'trust' || layer.images.length > 0).map((order) => (
              <option key={order} value={order}>
                {ORDER_NAMES[order]}
              </option>
            ))}
          </select>
        </label>
        <label className="layer-find">
          <Icon name="search" />
          <input
            ref={search}
            type="search"
            value={address.text}
            placeholder="class or label"
            aria-label="Find channels by class or label"
            onChange={(event) => changeMicroscope({ text: event.target.value })}
          />
        </label>
        <output className="quiet number">
          {matches.value !== null && channels !== null
            ? `${formatCount(channels.length)} of ${formatCount(layer.channels)} channels push such a class or have such a label among their strongest patches`
            : ''}
        </output>
      </div>
      {error !== null && <p role="alert">{error}</p>}
      {channels === null && error === null && <p role="status">Loading {layer.layer} …</p>}
      {channels !== null && channels.length === 0 && <p>No channel fits “{address.text}”.</p>}
      {channels !== null && channels.length > 0 && <ChannelGrid layer={layer} channels={channels} tiles={tiles} />}
    </>
  );
}

function factsOf({ channels, kind, layout, receptiveFieldPx, stridePx }: LayerMicroscope, pictures: number): string {
  const kinds = { block: 'a block', conv: 'a convolution', dense: 'a dense layer', pool: 'a pool' } as const;
  const positions = layout.rows * layout.columns;
  const places =
    layout.kind === 'vector' || positions === 1
      ? 'one position, which sees the whole picture'
      : `${layout.rows} × ${layout.columns} positions${layout.kind === 'tokens' ? ' (tokens)' : ''}; each sees ${formatCount(receptiveFieldPx)} pixels, ${formatCount(Math.round(stridePx * 10) / 10)} apart`;
  const many = channels === 1 ? '1 channel' : `${formatCount(channels)} channels`;
  return `${many} of ${kinds[kind]}, ${places}. Over ${formatCount(pictures)} pictures.`;
}
