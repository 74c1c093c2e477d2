import './numbers.css';
import { useEffect, useRef } from 'react';
import { useStore } from '../../state/store.js';
import { themeStore } from '../../state/theme.js';
import { paletteOf, shade } from './colour.js';

/** Numbers as pixels, a pixel each. Decoration: what draws it says the numbers beside it, in words or a table. */
export function HeatCanvas({
  values,
  columns,
  most,
}: {
  values: ArrayLike<number>;
  columns: number;
  /** The size that has the full colour. */
  most: number;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useStore(themeStore, (name) => name);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme decides the colours
  useEffect(() => {
    const element = canvas.current;
    if (element === null || values.length === 0) return;
    const rows = values.length / columns;
    [element.width, element.height] = [columns, rows];
    element.getContext('2d')!.putImageData(new ImageData(shade(values, most, paletteOf(element)), columns, rows), 0, 0);
  }, [values, columns, most, theme]);
  return (
    <span className="heat" aria-hidden="true">
      <canvas ref={canvas} />
    </span>
  );
}
