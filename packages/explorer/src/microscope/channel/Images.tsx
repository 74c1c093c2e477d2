import type { LayerMicroscope } from '@incognita/workspace/schema';
import { TrustAbout } from '../../trust/TrustAbout.js';
import { trustOf } from '../../trust/trustOf.js';
import { formatCount, formatSigned } from '../../ui/format.js';
import { SheetTile } from '../../ui/SheetTile.js';
import type { ChannelImage } from '../data/layerData.js';
import { useMicroscope } from '../data/MicroscopeContext.js';

const KINDS = { positive: 'Excites it', negative: 'Silences it', diverse: 'Excites it too' } as const;
const METHODS = { fourier: 'Fourier', pixels: 'pixels', maco: 'MACO', accentuation: 'accentuation of a real patch' } as const;

/** Optimised images of a channel, each with its mark of trust; or why there are none. */
export function Images({ images, layer }: { images: readonly ChannelImage[]; layer: LayerMicroscope }) {
  const { microscope, manifest } = useMicroscope();
  return (
    <section aria-label="Optimised images">
      <h2>Optimised images</h2>
      {images.length === 0 ? (
        <p className="quiet">
          {whyNone(layer, { complete: manifest.complete, any: microscope.layers.some((other) => other.images.length > 0) })}
        </p>
      ) : (
        <ul className="channel-images">
          {images.map(({ made, sheet, id, scores }) => {
            const verdict = trustOf(scores, microscope.trust);
            return (
              <li key={`${sheet.file} ${id}`} data-doubtful={verdict.trusted ? undefined : ''}>
                <SheetTile sheet={sheet} cell={id} label={`${KINDS[made.kind]}: an optimised image`} />
                <p>
                  <b>{KINDS[made.kind]}</b>
                  <span className="quiet number">
                    {' '}
                    {METHODS[made.method]}, {made.at === 'center' ? 'one unit' : 'all positions'}, {formatCount(scores.steps)}{' '}
                    steps; reaches {formatSigned(scores.activation)}
                    {made.beforeRectifier ? ' before the rectifier' : ''}
                  </span>
                </p>
                <TrustAbout verdict={verdict}>
                  <p className="quiet number">
                    Cosine to the channel’s direction {number(scores.cosine)}; path similarity {number(scores.pathSimilarity)}{' '}
                    (real patches among themselves {number(scores.pathSimilarityNatural)}); real patches alone reach{' '}
                    {number(scores.twoAlternativeNatural)} in the two-alternative task. Seed {scores.seed}.
                  </p>
                </TrustAbout>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

const number = (value: number | null) => (value === null ? 'not measured' : value.toFixed(2));

function whyNone({ images, noImages, layout }: LayerMicroscope, { complete, any }: { complete: boolean; any: boolean }): string {
  if (noImages !== null) return `There are none: ${noImages}`;
  if (images.length > 0)
    return 'There is none of this channel: images were made of some channels. More: incognita microscope … --images all.';
  if (complete && !any) return 'None were asked for. Make some: incognita microscope … --images 4.';
  if (layout.kind === 'vector') return 'Of layers without positions no images are made here; incognita see makes them.';
  return complete
    ? 'None were made of this layer: images are made of blocks and of the convolutions before the first, or of all convolutions where there are no blocks.'
    : 'None were made of this layer so far.';
}
