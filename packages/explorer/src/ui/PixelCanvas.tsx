import './PixelCanvas.css';
import { useEffect, useRef } from 'react';

interface Props {
  /** [height, width, RGBA]. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

/** Pixels, drawn as squares however large they are shown. Decoration: words beside it say what it is. */
export function PixelCanvas({ pixels, width, height }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    canvas.current?.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  }, [pixels, width, height]);
  return (
    <span className="pixels" aria-hidden="true">
      <canvas ref={canvas} width={width} height={height} />
    </span>
  );
}
