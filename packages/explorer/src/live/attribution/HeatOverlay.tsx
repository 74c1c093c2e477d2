import { useEffect, useRef } from 'react';
import type { Attribution } from '../data/LiveEngine.js';
import { heatPixels } from './heatPixels.js';

/** The map over the picture that it is of. */
export function HeatOverlay({ found, label }: { found: Attribution; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = found.seen;
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    context.putImageData(new ImageData(heatPixels(found.seen, found), width, height), 0, 0);
  }, [found, width, height]);
  return (
    <figure className="live-heat">
      <canvas ref={canvas} width={width} height={height} role="img" aria-label={label} />
      <figcaption className="small quiet">
        <span className="heat-key" data-sign="positive" /> for it <span className="heat-key" data-sign="negative" /> against it
      </figcaption>
    </figure>
  );
}
