import './ChannelGrid.css';
import type { LayerMicroscope } from '@incognita/workspace/schema';
import { memo, useCallback, useEffect, useRef, useState } from 'react';
import { TrustMark } from '../../trust/TrustMark.js';
import { sayTrust } from '../../trust/trustOf.js';
import { useWidth } from '../../ui/useWidth.js';
import { followLink } from '../followLink.js';
import { microscopeLink } from '../microscopeAddress.js';
import { CAPTION_PX, GAP_PX, type GridShape, gridShape, nextTile, rowWindow } from './rowWindow.js';
import type { TileOf } from './useTiles.js';

interface Props {
  readonly layer: LayerMicroscope;
  /** In the order in which they are shown. */
  readonly channels: readonly number[];
  readonly tiles: TileOf;
}

/** Room for so many pixels of rows before the height of the frame is known. */
const FIRST_HEIGHT_PX = 900;

/** A layer's channels as tiles in a frame that scrolls; only the rows that are seen are there. */
export function ChannelGrid({ layer, channels, tiles }: Props) {
  const [sized, width] = useWidth();
  const frame = useRef<HTMLDivElement>(null);
  const shape = gridShape(channels.length, Math.max(1, width));
  const [from, to, onScroll] = useRowWindow(frame, shape, channels);
  const [focused, setFocused] = useState(0);
  const stop = Math.min(focused, channels.length - 1);
  const moved = useRef(false);

  useEffect(() => {
    // A tile far away is there only when its row has come.
    const tile = moved.current && frame.current?.querySelector<HTMLElement>(`[data-place="${stop}"]`);
    if (!tile) return;
    moved.current = false;
    tile.focus({ preventScroll: true });
  });
  const onKeyDown = (event: React.KeyboardEvent) => {
    const element = frame.current!;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = nextTile(event.key, stop, channels.length, shape, Math.max(1, Math.floor(element.clientHeight / shape.rowPx)));
    if (next === null) return;
    event.preventDefault();
    const top = Math.floor(next / shape.columns) * shape.rowPx;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + shape.rowPx > element.scrollTop + element.clientHeight)
      element.scrollTop = top + shape.rowPx - element.clientHeight;
    moved.current = true;
    setFocused(next);
  };
  const onFocus = useCallback((place: number) => setFocused(place), []);
  return (
    <div className="channels" ref={frame} onScroll={onScroll}>
      {/* biome-ignore lint/a11y/useSemanticElements: rows that are not seen are not there, which a table would not allow */}
      <div
        ref={sized}
        role="grid"
        aria-label={`Channels of ${layer.layer}`}
        aria-rowcount={shape.rows}
        aria-colcount={shape.columns}
        className="channels-rows"
        style={
          {
            height: shape.rows * shape.rowPx,
            '--tile': `${shape.tilePx}px`,
            '--caption': `${CAPTION_PX}px`,
          } as React.CSSProperties
        }
        onKeyDown={onKeyDown}
      >
        {width > 0 &&
          numbers(from, to).map((row) => (
            <Row
              key={row}
              row={row}
              shape={shape}
              layer={layer.layer}
              channels={channels}
              tiles={tiles}
              stop={Math.floor(stop / shape.columns) === row ? stop : -1}
              onFocus={onFocus}
            />
          ))}
      </div>
    </div>
  );
}

/** Whole numbers from one up to another. */
function numbers(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

/** Which rows must be there; changes only when a row comes or goes. */
function useRowWindow(frame: React.RefObject<HTMLDivElement | null>, shape: GridShape, channels: readonly number[]) {
  const read = (): readonly [number, number] =>
    rowWindow(shape, frame.current?.scrollTop ?? 0, frame.current?.clientHeight || FIRST_HEIGHT_PX);
  const [range, setRange] = useState(read);
  const update = () => {
    const next = read();
    setRange((now) => (now[0] === next[0] && now[1] === next[1] ? now : next));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another shape or other channels need other rows
  useEffect(update, [shape.columns, shape.rowPx, channels]);
  return [range[0], Math.min(shape.rows, range[1]), update] as const;
}

interface RowProps {
  readonly row: number;
  readonly shape: GridShape;
  readonly layer: string;
  readonly channels: readonly number[];
  readonly tiles: TileOf;
  /** The place in this row that the Tab key reaches, or −1. */
  readonly stop: number;
  readonly onFocus: (place: number) => void;
}

const Row = memo(
  function Row({ row, shape, layer, channels, tiles, stop, onFocus }: RowProps) {
    const { columns, rowPx, tilePx } = shape;
    const first = row * columns;
    return (
      // biome-ignore lint/a11y/useSemanticElements: as above
      // biome-ignore lint/a11y/useFocusableInteractive: the cells take the focus
      <div role="row" aria-rowindex={row + 1} className="channels-row" style={{ transform: `translateY(${row * rowPx}px)` }}>
        {channels.slice(first, first + columns).map((channel, column) => {
          const tile = tiles(channel);
          const place = first + column;
          return (
            // biome-ignore lint/a11y/useSemanticElements: as above
            // biome-ignore lint/a11y/useFocusableInteractive: the link in it takes the focus
            <div key={channel} role="gridcell" aria-colindex={column + 1} style={{ left: column * (tilePx + GAP_PX) }}>
              <a
                href={microscopeLink(layer, channel)}
                data-place={place}
                tabIndex={place === stop ? 0 : -1}
                aria-label={`Channel ${channel}${tile === null ? '' : `, ${SAID[tile.kind]}`}${tile?.verdict ? `, ${sayTrust(tile.verdict)}` : ''}`}
                onClick={followLink}
                onFocus={() => onFocus(place)}
              >
                <span className="channel-tile" data-kind={tile?.kind} style={tile?.style} />
                <span className="channel-caption number">
                  {channel}
                  {tile?.verdict && <TrustMark verdict={tile.verdict} size={14} silent />}
                </span>
              </a>
            </div>
          );
        })}
      </div>
    );
  },
  (a, b) =>
    a.row === b.row &&
    a.stop === b.stop &&
    a.channels === b.channels &&
    a.tiles === b.tiles &&
    a.layer === b.layer &&
    a.shape.columns === b.shape.columns &&
    a.shape.tilePx === b.shape.tilePx,
);

const SAID = { image: 'optimised image', patch: 'strongest patch', kernel: 'kernel' } as const;
