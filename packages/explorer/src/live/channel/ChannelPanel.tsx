import type { WorkspaceManifest } from '@incognita/workspace/schema';
import { followLink } from '../../microscope/followLink.js';
import { formatMicroscope, parseMicroscope } from '../../microscope/microscopeAddress.js';
import { useStore } from '../../state/store.js';
import { TrustAbout } from '../../trust/TrustAbout.js';
import { trustOf } from '../../trust/trustOf.js';
import { formatPercent, formatSigned } from '../../ui/format.js';
import { PictureCrop } from '../../ui/PictureCrop.js';
import { SheetTile } from '../../ui/SheetTile.js';
import { useLive } from '../data/LiveContext.js';
import { changeLive } from '../liveAddress.js';
import { hoveredChannel } from '../maps/hoveredChannel.js';
import { ChannelMap } from './ChannelMap.js';
import { imageOf, microscopeOf, useImageScores, useTopPatches } from './channelData.js';
import { MadeHere } from './MadeHere.js';

const PATCHES = 6;

/** The channel under the pointer, or the chosen one: its map, its range now, and what the workspace knows of it. */
export function ChannelPanel({ workspace }: { workspace: WorkspaceManifest | null }) {
  const { layer, at, run } = useLive();
  const hovered = useStore(hoveredChannel, (channel) => channel);
  const maps = useStore(run.state, ({ frame }) => frame?.maps ?? null);
  const known = microscopeOf(workspace, layer?.name ?? null);
  const patches = useTopPatches(known).value;
  const scores = useImageScores(known).value;
  if (layer === null || maps === null || maps.channels !== layer.channels) return null;
  const channel = Math.min(hovered ?? at.channel, maps.channels - 1);
  const [least, largest] = [maps.ranges[2 * channel]!, maps.ranges[2 * channel + 1]!];
  const image = imageOf(known, scores, channel);
  const top = patches?.get(channel)?.slice(0, PATCHES) ?? [];
  return (
    <section aria-labelledby="channel-title" className="live-channel">
      <h2 id="channel-title">
        {layer.name}:{channel}
      </h2>
      <ChannelMap maps={maps} channel={channel} />
      <p className="number small">
        Now from {formatSigned(least)} to {formatSigned(largest)}.
      </p>
      <div className="picture-tools">
        <button type="button" className="button" onClick={() => changeLive({ channel, target: 'channel' })}>
          Explain this channel
        </button>
        {known && (
          <a
            className="button"
            href={formatMicroscope({ ...parseMicroscope(''), layer: layer.name, channel })}
            onClick={followLink}
          >
            In the microscope
          </a>
        )}
      </div>
      {image && (
        <>
          <h3>Optimised to excite it</h3>
          <div className="channel-image">
            <SheetTile sheet={image.sheet} cell={image.id} label={`Image optimised for channel ${channel}`} />
            <div>
              <p className="small number">
                Excites it more than {formatPercent(image.score.naturalPercentile)} of natural patches.
              </p>
              <TrustAbout verdict={trustOf(image.score, workspace!.microscope!.trust)} />
            </div>
          </div>
        </>
      )}
      <MadeHere channel={channel} />
      {top.length > 0 && (
        <>
          <h3>Patches that excite it most</h3>
          <ul className="channel-patches">
            {top.map((row) => {
              const picture = workspace!.dataset.pictures[row.picture]!;
              return (
                <li key={row.rank} title={`${picture.label ?? picture.file}: ${formatSigned(row.value)}`}>
                  <PictureCrop picture={picture} rectangle={row} />
                  <span className="visually-hidden">{picture.label ?? picture.file}</span>
                </li>
              );
            })}
          </ul>
        </>
      )}
      {known === null && (
        <p className="small quiet">
          {workspace
            ? 'Run npx incognita microscope on this workspace to see here what excites each channel most.'
            : 'Top patches and optimised images come from a workspace of this network.'}
        </p>
      )}
    </section>
  );
}
