import { useEffect, useRef } from 'react';
import { useOffers } from '../../data/useOffers.js';
import type { ImageStep } from '../../engine/networkCalls.js';
import { useStore } from '../../state/store.js';
import { formatSigned } from '../../ui/format.js';
import { useLive } from '../data/LiveContext.js';
import { beginImage, imageStore, stopImage } from './imageStore.js';

/** An image of one channel, optimised by this tab while one looks. */
export function MadeHere({ channel }: { channel: number }) {
  const { network, layer, at } = useLive();
  const { server } = useOffers();
  const { of, image, running, error } = useStore(imageStore, (state) => state);
  const name = layer!.name;
  const provider = at.engine === 'wasm' ? 'wasm' : 'webgpu';
  const begin = () => beginImage({ network, layer: name, channel, provider, server });
  const shown = of?.network === network && of.layer === name;
  return (
    <>
      <h3>Made in this tab</h3>
      <div className="picture-tools">
        {running ? (
          <button type="button" className="button" onClick={stopImage}>
            Stop
          </button>
        ) : (
          <button type="button" className="button" onClick={begin}>
            Make an image of channel {channel} here
          </button>
        )}
      </div>
      {shown && image && (
        <div className="channel-image">
          <Picture image={image} label={`Image optimised in this tab for channel ${of.channel}`} />
          <p className="small number">
            Channel {of.channel}, {running ? `step ${image.step} of ${image.steps}` : `${image.step} steps`}: it is{' '}
            {formatSigned(image.score)} on average over the image.
          </p>
        </div>
      )}
      {running && !image && <p className="small quiet">The tab loads the network and writes its gradient …</p>}
      {shown && error && <p role="alert">{error}</p>}
    </>
  );
}

function Picture({ image, label }: { image: ImageStep; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { widthPx, heightPx, rgb } = image;
  useEffect(() => {
    const pixels = new ImageData(widthPx, heightPx);
    for (let i = 0; i < widthPx * heightPx; i++) {
      for (let c = 0; c < 3; c++) pixels.data[4 * i + c] = rgb[3 * i + c]!;
      pixels.data[4 * i + 3] = 255;
    }
    canvas.current!.getContext('2d')!.putImageData(pixels, 0, 0);
  }, [widthPx, heightPx, rgb]);
  return <canvas ref={canvas} className="made-here" width={widthPx} height={heightPx} role="img" aria-label={label} />;
}
