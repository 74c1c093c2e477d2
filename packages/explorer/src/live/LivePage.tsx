import './Live.css';
import { useMemo } from 'react';
import { useResource } from '../data/resource.js';
import { useOffers } from '../data/useOffers.js';
import { formatCount } from '../ui/format.js';
import type { LiveEngine } from './data/LiveEngine.js';
import { serverEngine } from './data/serverEngine.js';
import { LiveHelp } from './LiveHelp.js';
import { LiveView } from './LiveView.js';
import { changeLive, useLiveAddress } from './liveAddress.js';

/** The page Live: pictures, or a camera, through a network, with every channel of a layer. */
export default function LivePage() {
  const { networks } = useOffers();
  const address = useLiveAddress();
  const engine = useMemo((): LiveEngine => serverEngine(crypto.randomUUID()), []);
  const network =
    networks.find(({ path }) => path === address.network) ?? networks.find(({ lacks }) => lacks === null) ?? networks[0]!;
  const shown = network.lacks === null;
  const card = useResource(shown ? `live network ${network.path}` : null, () => engine.open(network.path));
  const unusable = networks.filter(({ lacks }) => lacks !== null);
  return (
    <>
      <LiveHelp />
      <main className="page live" id="content" tabIndex={-1}>
        <h1>{network.name}</h1>
        <div className="live-facts">
          {card.value && (
            <p className="lead number">
              {formatCount(card.value.parameters)} weights; {card.value.layers.length} layers; pictures of{' '}
              {card.value.preprocessing.widthPx} × {card.value.preprocessing.heightPx} pixels
              {card.value.classes && `; ${formatCount(card.value.classes.names.length)} classes`}.
            </p>
          )}
          {networks.length > 1 && (
            <label>
              Network{' '}
              <select
                value={network.path}
                onChange={(event) => changeLive({ network: event.target.value, layer: null, channel: 0, target: 'top' })}
              >
                {networks.map(({ name, path, lacks }) => (
                  <option key={path} value={path}>
                    {name}
                    {lacks === null ? '' : ' (takes no pictures)'}
                  </option>
                ))}
              </select>
            </label>
          )}
        </div>
        {!shown && <p role="alert">This network cannot be shown a picture. {network.lacks}</p>}
        {card.error && <p role="alert">This network cannot be opened: {card.error}</p>}
        {shown && !card.value && !card.error && <p role="status">Opening the network …</p>}
        {card.value && <LiveView key={network.path} engine={engine} network={network.path} card={card.value} />}
        {unusable.length > 0 && shown && (
          <details className="quiet">
            <summary>{unusable.length} ONNX files here take no pictures</summary>
            <ul>
              {unusable.map(({ name, path, lacks }) => (
                <li key={path}>
                  {name}: {lacks}
                </li>
              ))}
            </ul>
          </details>
        )}
      </main>
    </>
  );
}
