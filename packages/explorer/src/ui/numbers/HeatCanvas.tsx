import './numbers.css';
import { useEffect, useRef } from 'react';
import { useStore } from '../../state/store.js';
import { themeStore } from '../../state/theme.js';
import { paletteOf, shade } from './colour.js';

/** Colours that stand out on any picture. */
const OVER = { ground: null, positive: [232, 92, 24], negative: [24, 108, 216] } as const;

/** Numbers as pixels, a pixel each. Decoration: what draws it says the numbers beside it, in words or a table. */
export function HeatCanvas({
  values,
  columns,
  most,
  over = false,
}: {
  values: ArrayLike<number>;
  columns: number;
  /** The size that has the full colour. */
  most: number;
  /** It lies over a picture: small numbers are transparent. */
  over?: boolean;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useStore(themeStore, (name) => name);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme decides the colours
  useEffect(() => {
    const element = canvas.current;
    if (element === null || values.length === 0) return;
    const rows = values.length / columns;
    [element.width, element.height] = [columns, rows];
    const palette = paletteOf(element);
    const pixels = shade(values, most, over ? OVER : palette);
    element.getContext('2d')!.putImageData(new ImageData(pixels, columns, rows), 0, 0);
  }, [values, columns, most, over, theme]);
  return (
    <span className="heat" aria-hidden="true">
      <canvas ref={canvas} />
    </span>
  );
}
