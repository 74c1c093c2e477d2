import { useEffect, useMemo, useRef } from 'react';
import { useStore } from '../../state/store.js';
import { themeStore } from '../../state/theme.js';
import { paletteOf } from '../../ui/numbers/colour.js';
import type { ChannelMaps } from '../data/LiveEngine.js';
import { layOutMaps } from '../maps/mapsLayout.js';
import { colourTable, drawMaps, fullColour } from '../maps/mapsPixels.js';

/** One channel's map, large, in its own range. Decoration: its range is said in words beside it. */
export function ChannelMap({ maps, channel }: { maps: ChannelMaps; channel: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useStore(themeStore, (name) => name);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme decides the colours
  const table = useMemo(() => colourTable(paletteOf(document.documentElement)), [theme]);
  const positions = maps.rows * maps.columns;
  const layout = useMemo(() => layOutMaps({ channels: 1, rows: maps.rows, columns: maps.columns }, 1), [maps.rows, maps.columns]);
  const [width, height] = [layout.columns * layout.magnification, layout.rows * layout.magnification];
  useEffect(() => {
    const one: ChannelMaps = {
      ...maps,
      channels: 1,
      bytes: maps.bytes.subarray(channel * positions, (channel + 1) * positions),
      ranges: maps.ranges.slice(2 * channel, 2 * channel + 2),
    };
    const image = new ImageData(layout.width, layout.height);
    const most = fullColour(one.ranges, 'channel');
    drawMaps(new Uint32Array(image.data.buffer), { maps: one, layout, order: [0], most, table });
    canvas.current!.getContext('2d')!.putImageData(image, 0, 0);
  }, [maps, channel, positions, layout, table]);
  return (
    <span className="channel-map" aria-hidden="true">
      <canvas ref={canvas} width={width} height={height} />
    </span>
  );
}
