import { useEffect, useRef } from 'react';
import type { SeenPicture } from '../data/LiveEngine.js';

/** What the network saw, pixel by pixel. */
export function SeenCanvas({ seen }: { seen: SeenPicture }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, data } = seen;
  useEffect(() => {
    const pixels = new Uint8ClampedArray(width * height * 4);
    for (let i = 0, at = 0; i < data.length; i += 3, at += 4) {
      pixels[at] = data[i]!;
      pixels[at + 1] = data[i + 1]!;
      pixels[at + 2] = data[i + 2]!;
      pixels[at + 3] = 255;
    }
    canvas.current!.getContext('2d')!.putImageData(new ImageData(pixels, width, height), 0, 0);
  }, [width, height, data]);
  return <canvas ref={canvas} width={width} height={height} role="img" aria-label="What the network sees" />;
}
