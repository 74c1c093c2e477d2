import './ChannelView.css';
import type { ChannelExemplarRow, LayerMicroscope } from '@incognita/workspace/schema';
import { useMemo } from 'react';
import { Icon } from '../../chrome/icons.js';
import { useKeys } from '../../chrome/useKeys.js';
import { formatPercent, formatSigned } from '../../ui/format.js';
import { useExemplars, useImages, useStatistics } from '../data/layerData.js';
import { followLink } from '../followLink.js';
import { changeMicroscope, microscopeLink, useMicroscopeAddress } from '../microscopeAddress.js';
import { Steps } from '../steps/Steps.js';
import { StoredKernel } from '../steps/StoredKernel.js';
import { Classes } from './Classes.js';
import { Histogram } from './Histogram.js';
import { Images } from './Images.js';
import { Patches } from './Patches.js';
import { Wiring } from './Wiring.js';

const NONE: readonly ChannelExemplarRow[] = [];

/** Everything about one channel, in the order in which a value comes about: kernel, patches, images, connections, classes. */
export function ChannelView({ layer, channel }: { layer: LayerMicroscope; channel: number }) {
  const address = useMicroscopeAddress();
  const statistics = useStatistics(layer);
  const images = useImages(layer);
  const exemplars = useExemplars(layer);
  const go = (by: number) => () => {
    const next = channel + by;
    if (next < 0 || next >= layer.channels) return false;
    changeMicroscope({ channel: next });
    return true;
  };
  useKeys({ ',': go(-1), '.': go(1), u: () => changeMicroscope({ channel: null }) });
  const own = exemplars.value?.get(channel) ?? NONE;
  const top = useMemo(() => own.filter(({ kind }) => kind === 'top'), [own]);
  const row = statistics.value?.[channel];
  const place = address.place ?? (top[0] ? { picture: top[0].picture, row: top[0].row, column: top[0].column } : null);
  const error = statistics.error ?? images.error ?? exemplars.error;
  return (
    <article className="channel-view">
      <div className="channel-head">
        <h1>
          <a href={microscopeLink(layer.layer)} onClick={followLink}>
            {layer.layer}
          </a>{' '}
          <span className="quiet">channel</span> {channel}
        </h1>
        <div className="channel-steps">
          <button
            type="button"
            className="icon-button"
            aria-label="Channel before"
            title="Channel before (,)"
            disabled={channel === 0}
            onClick={go(-1)}
          >
            <Icon name="previous" />
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label="Channel after"
            title="Channel after (.)"
            disabled={channel === layer.channels - 1}
            onClick={go(1)}
          >
            <Icon name="next" />
          </button>
        </div>
      </div>
      {row && (
        <p className="lead number">
          Active at {formatPercent(row.active)} of all positions; mean {formatSigned(row.mean)}, deviation{' '}
          {formatSigned(row.deviation).slice(1)}, from {formatSigned(row.min)} to {formatSigned(row.max)}.
        </p>
      )}
      {error !== null && <p role="alert">{error}</p>}
      {exemplars.value === null && error === null && <p role="status">Loading channel {channel} …</p>}
      {layer.kernels && <StoredKernel file={layer.kernels} channel={channel} />}
      {exemplars.value !== null && (
        <Patches exemplars={own} place={place} onPlace={(next) => changeMicroscope({ place: next })} />
      )}
      <Images images={images.value?.get(channel) ?? []} layer={layer} />
      {exemplars.value !== null && (
        <>
          <Histogram layer={layer} channel={channel} exemplars={own} />
          <Steps layer={layer} channel={channel} place={place} top={top} onPlace={(next) => changeMicroscope({ place: next })} />
        </>
      )}
      <Wiring layer={layer} channel={channel} />
      <Classes layer={layer} channel={channel} />
    </article>
  );
}
