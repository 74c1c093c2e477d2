import type { LayerMicroscope } from '@incognita/workspace/schema';
import { useEffect, useState } from 'react';
import { type ManifestState, watchManifest } from '../data/manifest.js';
import { useOffers } from '../data/useOffers.js';
import { useExemplars } from '../microscope/data/layerData.js';
import { MicroscopeContext } from '../microscope/data/MicroscopeContext.js';
import { useMicroscopeData } from '../microscope/data/useMicroscopeData.js';
import { firstLayer } from '../microscope/firstLayer.js';
import { followLink } from '../microscope/followLink.js';
import { formatMicroscope, type Place } from '../microscope/microscopeAddress.js';
import { Steps } from '../microscope/steps/Steps.js';

/** Where the place holds a network of pictures too: the dot product behind one of its values, to be set beside a block of the decoder. */
export default function ImageCompanion() {
  const { microscope } = useOffers();
  const [open, setOpen] = useState(false);
  if (!microscope) return null;
  return (
    <details className="image-companion" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The same in an image network</summary>
      {open && <Companion />}
    </details>
  );
}

function Companion() {
  const [state, setState] = useState<ManifestState>({ kind: 'loading' });
  useEffect(() => watchManifest(setState), []);
  const data = useMicroscopeData(state.kind === 'ready' ? state.manifest : null);
  if (state.kind === 'loading') return <p role="status">Loading the image network …</p>;
  if (data === null || data.layers.size === 0) return <p>No layer of an image network has been looked at here yet.</p>;
  return (
    <MicroscopeContext value={data}>
      <p className="lead">
        A block of a decoder and a layer of an image network do the same: at every position, a dot product of what the layer
        before holds with weights that were learnt, many times side by side, and something that is not linear after it. There the
        positions are tokens, here they are places of a picture; the decoder’s attention chooses where to read, the kernel always
        reads around its own place.
      </p>
      <Channel layer={firstLayer(data)} />
    </MicroscopeContext>
  );
}

function Channel({ layer }: { layer: LayerMicroscope }) {
  const exemplars = useExemplars(layer);
  const [place, setPlace] = useState<Place | null>(null);
  const channel = 0;
  const top = (exemplars.value?.get(channel) ?? []).filter(({ kind }) => kind === 'top');
  const first = top[0] ? { picture: top[0].picture, row: top[0].row, column: top[0].column } : null;
  const link = formatMicroscope({ layer: layer.layer, channel, order: 'index', tiles: 'images', text: '', place });
  return (
    <>
      {exemplars.error !== null && <p role="alert">{exemplars.error}</p>}
      <p>
        <a href={link} onClick={followLink}>
          {layer.layer}, channel {channel}
        </a>
        , at the place that excites it most:
      </p>
      {exemplars.value !== null && <Steps layer={layer} channel={channel} place={place ?? first} top={top} onPlace={setPlace} />}
    </>
  );
}
