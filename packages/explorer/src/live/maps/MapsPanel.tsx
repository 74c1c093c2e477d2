import { useMemo } from 'react';
import { useStore } from '../../state/store.js';
import { formatCount } from '../../ui/format.js';
import { useLive } from '../data/LiveContext.js';
import { changeLive } from '../liveAddress.js';
import { MapsCanvas } from './MapsCanvas.js';
import { orderOf } from './orderOf.js';

/** Every channel of the layer at once. */
export function MapsPanel() {
  const { card, layer, at, run } = useLive();
  const maps = useStore(run.state, ({ frame }) => frame?.maps ?? null);
  const order = useMemo(() => (maps ? orderOf(maps.ranges, at.order) : null), [maps, at.order]);
  if (layer === null) return <p className="refused">No layer of this network has channels that can be told.</p>;
  const { rows, columns, kind, extraTokens } = layer.layout;
  return (
    <section aria-labelledby="maps-title">
      <h2 id="maps-title">{layer.name}</h2>
      <p className="quiet">
        {formatCount(layer.channels)} {layer.channels === 1 ? 'channel' : 'channels'}
        {kind === 'vector' ? ', a number each' : ` of ${rows} × ${columns} ${kind === 'tokens' ? 'tokens' : 'positions'}`}
        {extraTokens > 0 && `; ${extraTokens === 1 ? 'the class token is' : `${extraTokens} further tokens are`} not shown`}
        {!layer.placed && '; their places in the picture are not known: they stand in the order of the tensor'}
        {maps && maps.pool > 1 && `; each square is the largest value of ${maps.pool} × ${maps.pool} positions`}.
      </p>
      <div className="live-tools">
        <label>
          Layer
          <select value={layer.name} onChange={(event) => changeLive({ layer: event.target.value, channel: 0 })}>
            {card.layers.map(({ name, channels, layout }) => (
              <option key={name} value={name}>
                {name} · {channels} × {layout.rows} × {layout.columns}
              </option>
            ))}
          </select>
        </label>
        <label>
          Colours
          <select value={at.scale} onChange={(event) => changeLive({ scale: event.target.value as typeof at.scale })}>
            <option value="channel">each channel’s own range</option>
            <option value="layer">the whole layer’s range</option>
          </select>
        </label>
        <label>
          Order
          <select value={at.order} onChange={(event) => changeLive({ order: event.target.value as typeof at.order })}>
            <option value="index">by number</option>
            <option value="strength">strongest first</option>
          </select>
        </label>
      </div>
      {maps && order && <MapsCanvas maps={maps} order={order} />}
    </section>
  );
}
