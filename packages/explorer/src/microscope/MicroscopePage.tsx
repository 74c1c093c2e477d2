import './Microscope.css';
import { useEffect, useState } from 'react';
import { Message } from '../chrome/Message.js';
import { Skeleton } from '../chrome/Skeleton.js';
import { type ManifestState, watchManifest } from '../data/manifest.js';
import { ChannelView } from './channel/ChannelView.js';
import { MicroscopeContext, type MicroscopeData } from './data/MicroscopeContext.js';
import { useMicroscopeData } from './data/useMicroscopeData.js';
import { Diagram } from './diagram/Diagram.js';
import { firstLayer } from './firstLayer.js';
import { LayerView } from './grid/LayerView.js';
import { MicroscopeHelp } from './MicroscopeHelp.js';
import { useMicroscopeAddress } from './microscopeAddress.js';

/** The page Microscope: the network as a diagram, a layer's channels, and everything about one of them. */
export default function MicroscopePage() {
  const [state, setState] = useState<ManifestState>({ kind: 'loading' });
  useEffect(() => watchManifest(setState), []);
  const data = useMicroscopeData(state.kind === 'ready' ? state.manifest : null);
  if (state.kind === 'loading') return <Skeleton />;
  if (state.kind !== 'ready')
    return (
      <Message title="The workspace cannot be read">
        <p>{state.kind === 'newer' ? `Its format is version ${state.version}: update Incognita.` : state.detail}</p>
      </Message>
    );
  if (data === null || data.layers.size === 0)
    return (
      <Message title="No layer has been looked at yet" progress={state.manifest.progress}>
        <p>
          Layers appear here by themselves as soon as <code>incognita microscope</code> has looked at them.
        </p>
      </Message>
    );
  return (
    <MicroscopeContext value={data}>
      <MicroscopeHelp />
      <Shown data={data} />
    </MicroscopeContext>
  );
}

function Shown({ data }: { data: MicroscopeData }) {
  const { manifest, layers } = data;
  const { layer: asked, channel } = useMicroscopeAddress();
  const layer = layers.get(asked ?? '') ?? firstLayer(data);
  const known = channel !== null && channel < layer.channels ? channel : null;
  const title = known === null ? layer.layer : `${layer.layer}, channel ${known}`;
  useEffect(() => {
    document.title = `${title} · ${manifest.model.name} · Microscope · Incognita`;
  }, [title, manifest.model.name]);
  return (
    <main className="page microscope" id="content" tabIndex={-1}>
      <Diagram shown={layer} />
      <div className="microscope-content">
        {asked !== null && !layers.has(asked) && (
          <p role="alert">
            There is no layer “{asked}” under this microscope; {layer.layer} is shown.
          </p>
        )}
        {channel !== null && known === null && (
          <p role="alert">
            {layer.layer} has no channel {channel}: it has {layer.channels}, from 0 on.
          </p>
        )}
        {known === null ? (
          <LayerView key={layer.layer} layer={layer} />
        ) : (
          <ChannelView key={`${layer.layer} ${known}`} layer={layer} channel={known} />
        )}
      </div>
    </main>
  );
}
