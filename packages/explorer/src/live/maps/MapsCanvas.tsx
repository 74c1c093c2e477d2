import { useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from '../../state/store.js';
import { themeStore } from '../../state/theme.js';
import { formatSigned } from '../../ui/format.js';
import { paletteOf } from '../../ui/numbers/colour.js';
import { useWidth } from '../../ui/useWidth.js';
import { useLive } from '../data/LiveContext.js';
import type { ChannelMaps } from '../data/LiveEngine.js';
import { changeLive } from '../liveAddress.js';
import { drawTime } from './drawTime.js';
import { hoveredChannel } from './hoveredChannel.js';
import { layOutMaps, type MapsLayout } from './mapsLayout.js';
import { colourTable, drawMaps, fullColour } from './mapsPixels.js';
import { placeByKey } from './placeByKey.js';

/** Width of one map in CSS pixels, about: smaller where there are many. */
const tilePx = (channels: number): number => (channels > 600 ? 40 : channels > 100 ? 54 : 76);

const MARGIN_PX = 6;

/** All maps of a layer on one canvas, drawn from one buffer. It works as a slider over the channels. */
export function MapsCanvas({ maps, order }: { maps: ChannelMaps; order: Uint32Array }) {
  const { at, layer, choose } = useLive();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [box, width] = useWidth();
  const theme = useStore(themeStore, (name) => name);
  const hovered = useStore(hoveredChannel, (channel) => channel);
  const { channels, rows, columns } = maps;
  const across = Math.max(1, Math.min(channels, Math.floor(width / tilePx(channels))));
  const layout = useMemo(() => layOutMaps({ channels, rows, columns }, across), [channels, rows, columns, across]);
  const [image, setImage] = useState<ImageData | null>(null);
  useEffect(() => setImage(new ImageData(layout.width, layout.height)), [layout]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme decides the colours
  const table = useMemo(() => colourTable(paletteOf(document.documentElement)), [theme]);
  const most = useMemo(() => fullColour(maps.ranges, at.scale), [maps, at.scale]);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || image === null || image.width !== layout.width || image.height !== layout.height) return;
    const start = performance.now();
    drawMaps(new Uint32Array(image.data.buffer), { maps, layout, order, most, table });
    context.putImageData(image, 0, 0);
    drawTime.set(performance.now() - start);
  }, [maps, layout, order, most, table, image]);

  const chosenPlace = order.indexOf(at.channel);
  const channelAt = (event: React.PointerEvent): number | null => {
    const place = placeAt(event, layout, channels);
    return place === null ? null : order[place]!;
  };
  const [least, largest] = [maps.ranges[2 * at.channel]!, maps.ranges[2 * at.channel + 1]!];
  return (
    <div className="maps-scroll">
      <div
        ref={box}
        className="maps"
        role="slider"
        tabIndex={0}
        aria-label={`Channel of ${layer?.name ?? 'the layer'}`}
        aria-valuemin={0}
        aria-valuemax={channels - 1}
        aria-valuenow={at.channel}
        aria-valuetext={`channel ${at.channel}, values from ${formatSigned(least)} to ${formatSigned(largest)}`}
        onPointerMove={(event) => hoveredChannel.set(channelAt(event))}
        onPointerLeave={() => hoveredChannel.set(null)}
        onClick={(event) => {
          const channel = channelAt(event as unknown as React.PointerEvent);
          if (channel !== null) choose(channel);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') return changeLive({ target: 'channel' });
          const place = placeByKey(event.key, chosenPlace, { across, channels });
          if (place === null) return;
          event.preventDefault();
          hoveredChannel.set(null);
          choose(order[place]!);
        }}
      >
        <canvas ref={canvas} width={layout.width} height={layout.height} />
        <Frame layout={layout} place={chosenPlace} kind="chosen" />
        {hovered !== null && hovered !== at.channel && <Frame layout={layout} place={order.indexOf(hovered)} kind="hovered" />}
      </div>
    </div>
  );
}

function Frame({ layout, place, kind }: { layout: MapsLayout; place: number; kind: string }) {
  const { across, pitchX, pitchY, width, height, columns, rows, magnification } = layout;
  const share = (value: number, whole: number) => `${(100 * value) / whole}%`;
  const frame = useRef<HTMLDivElement>(null);
  const shown = useRef(place);
  useEffect(() => {
    if (kind === 'chosen' && place >= 0 && shown.current !== place) scrollTo(frame.current!);
    shown.current = place;
  }, [kind, place]);
  return (
    <div
      ref={frame}
      className="maps-frame"
      data-kind={kind}
      style={{
        left: share((place % across) * pitchX, width),
        top: share(Math.floor(place / across) * pitchY, height),
        width: share(columns * magnification, width),
        height: share(rows * magnification, height),
      }}
    />
  );
}

function placeAt(event: React.PointerEvent, layout: MapsLayout, channels: number): number | null {
  const { left, top, width, height } = event.currentTarget.querySelector('canvas')!.getBoundingClientRect();
  const x = Math.floor(((event.clientX - left) / width) * layout.across);
  const y = Math.floor(((event.clientY - top) / height) * layout.down);
  const place = y * layout.across + x;
  return x >= 0 && x < layout.across && place >= 0 && place < channels ? place : null;
}

/** Brings an element into sight within the box that scrolls, and leaves the page where it is. */
function scrollTo(element: HTMLElement): void {
  const box = element.closest('.maps-scroll')!;
  const [inner, outer] = [element.getBoundingClientRect(), box.getBoundingClientRect()];
  if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top + MARGIN_PX;
  else if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom + MARGIN_PX;
}
