import './Live.css';
import { useEffect, useMemo } from 'react';
import { EngineSelect } from '../chrome/EngineSelect.js';
import { ServerOffer } from '../chrome/ServerOffer.js';
import { useResource } from '../data/resource.js';
import { useOffers } from '../data/useOffers.js';
import type { Where } from '../engine/engineStatus.js';
import { formatCount } from '../ui/format.js';
import type { LiveEngine } from './data/LiveEngine.js';
import { serverEngine } from './data/serverEngine.js';
import { tabEngine } from './data/tabEngine.js';
import { endTabNetwork } from './data/tabNetwork.js';
import { LiveHelp } from './LiveHelp.js';
import { LiveView } from './LiveView.js';
import { changeLive, useLiveAddress } from './liveAddress.js';

/** The page Live: pictures, or a camera, through a network, with every channel of a layer. */
export default function LivePage() {
  const { networks, server } = useOffers();
  const address = useLiveAddress();
  const network =
    networks.find(({ path }) => path === address.network) ?? networks.find(({ lacks }) => lacks === null) ?? networks[0]!;
  const shown = network.lacks === null;
  const wanted = address.engine ?? 'server';
  const where = wanted === 'server' && !server ? 'webgpu' : wanted;
  const engine = useMemo(
    (): LiveEngine => (where === 'server' ? serverEngine(crypto.randomUUID()) : tabEngine(network.path, where, server)),
    [where, network.path, server],
  );
  useEffect(() => {
    if (where === 'server') endTabNetwork();
  }, [where]);
  const choose = (next: Where) => changeLive({ engine: next });
  const card = useResource(shown ? `live network ${network.path} ${engine.key}` : null, () => engine.open(network.path));
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
        {shown && <EngineSelect status={engine.status} wanted={where} server={server} choose={choose} />}
        {card.error && (
          <p role="alert">
            This network cannot be opened: {card.error} {where !== 'server' && <ServerOffer server={server} choose={choose} />}
          </p>
        )}
        {shown && !card.value && !card.error && <p role="status">Opening the network …</p>}
        {card.value && (
          <LiveView key={`${network.path} ${engine.key}`} engine={engine} network={network.path} card={card.value} />
        )}
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
