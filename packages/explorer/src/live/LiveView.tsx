import type { LiveNetworkCard } from '@incognita/workspace/schema';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useKeys } from '../chrome/useKeys.js';
import { useStore } from '../state/store.js';
import { AttributionPanel } from './attribution/AttributionPanel.js';
import { nextMethod } from './attribution/methods.js';
import { ChannelPanel } from './channel/ChannelPanel.js';
import { LiveContext } from './data/LiveContext.js';
import type { LiveEngine } from './data/LiveEngine.js';
import { LiveRun, type PictureSource } from './data/LiveRun.js';
import { pathSource, picturesOf, sampleOf, useSamples } from './data/sources.js';
import { useWorkspace } from './data/useWorkspace.js';
import { EngineLine } from './EngineLine.js';
import { LabelBars } from './labels/LabelBars.js';
import { changeLive, useLiveAddress } from './liveAddress.js';
import { MapsPanel } from './maps/MapsPanel.js';
import { PicturePanel } from './picture/PicturePanel.js';
import { AtlasPlace, atlasLayerOf } from './place/AtlasPlace.js';

/** One network, and what it makes of the picture that is shown to it. */
export function LiveView({ engine, network, card }: { engine: LiveEngine; network: string; card: LiveNetworkCard }) {
  const address = useLiveAddress();
  const workspace = useWorkspace();
  const samples = useSamples();
  const run = useRun(engine);
  /** The user's own picture or camera; it goes before what the address names. */
  const [own, setOwn] = useState<PictureSource | null>(null);
  const layer = card.layers.find(({ name }) => name === (address.layer ?? card.suggested)) ?? card.layers.at(-1) ?? null;
  const channel = Math.min(address.channel, Math.max(0, (layer?.channels ?? 1) - 1));
  const matches = workspace?.model.sha256 === card.sha256 ? workspace : null;
  const atlasLayer = atlasLayerOf(matches, layer);
  const pictures = useMemo(() => picturesOf(workspace), [workspace]);
  const offered = matches ? [...pictures, ...samples] : [...samples, ...pictures];
  const sample = (address.picture === null ? null : sampleOf(address.picture, samples, workspace)) ?? offered[0] ?? null;
  const sampleId = sample?.id ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the id names the sample
  const source = useMemo(() => own ?? (sample && pathSource(sample)), [own, sampleId]);
  const wantsValues = atlasLayer !== null;
  useEffect(() => {
    run.show(source, { network, layer: layer?.name ?? null, values: wantsValues });
  }, [run, source, network, layer?.name, wantsValues]);

  const at = { ...address, channel };
  const shared = {
    ...{ engine, run, network, card, layer, at },
    choose: (next: number) => changeLive({ channel: next }),
  };
  const step = (by: number) => {
    const next = card.layers[card.layers.indexOf(layer!) + by];
    return next ? changeLive({ layer: next.name, channel: 0 }) : false;
  };
  useKeys({
    '[': () => step(-1),
    ']': () => step(1),
    m: () => changeLive({ method: nextMethod(address.method) }),
    s: () => changeLive({ scale: address.scale === 'channel' ? 'layer' : 'channel' }),
  });
  return (
    <LiveContext value={shared}>
      <EngineLine />
      <div className="live-columns">
        <div className="live-side">
          <PicturePanel own={own} setOwn={setOwn} offered={offered} chosen={own === null ? sampleId : null} />
          <LabelBars />
          <AttributionPanel source={source} />
        </div>
        <div className="live-maps">
          <MapsPanel />
        </div>
        <div className="live-detail">
          <ChannelPanel workspace={matches} />
          {atlasLayer && <AtlasPlace layer={atlasLayer} />}
        </div>
      </div>
      <Trouble run={run} />
    </LiveContext>
  );
}

function useRun(engine: LiveEngine): LiveRun {
  const run = useRef<LiveRun | null>(null);
  run.current ??= new LiveRun(engine);
  useEffect(() => () => run.current!.stop(), []);
  return run.current;
}

/** What has gone wrong with the last picture. */
function Trouble({ run }: { run: LiveRun }) {
  const { error, gone } = useStore(run.state, (state) => state);
  return (
    error && (
      <p role="alert">
        {error}
        {gone && ' The page asks again and again.'}
      </p>
    )
  );
}
