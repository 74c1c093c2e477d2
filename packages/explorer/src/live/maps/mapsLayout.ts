import type { ChannelMaps } from '../data/LiveEngine.js';

/** How the maps of all channels lie in one picture, in its pixels. */
export interface MapsLayout {
  readonly across: number;
  readonly down: number;
  /** Of one map. */
  readonly rows: number;
  readonly columns: number;
  /** Pixels of a position along a side. */
  readonly magnification: number;
  /** From one map to the next. */
  readonly pitchX: number;
  readonly pitchY: number;
  readonly width: number;
  readonly height: number;
}

/** Small maps are drawn with at least so many pixels a side, so that the gaps between them stay narrow. */
const LEAST_SIDE = 24;

/**
 * Where maps go, row by row. A sequence without places over the picture (one row) is broken into a square, so that it can be seen.
 *
 * @param across maps beside each other.
 */
export function layOutMaps(
  { channels, rows, columns }: Pick<ChannelMaps, 'channels' | 'rows' | 'columns'>,
  across: number,
): MapsLayout {
  const broken = rows === 1 && columns > 1 ? Math.ceil(Math.sqrt(columns)) : columns;
  const height = rows === 1 && columns > 1 ? Math.ceil(columns / broken) : rows;
  const magnification = Math.max(1, Math.floor(LEAST_SIDE / Math.max(height, broken)));
  const gap = Math.max(1, Math.round((Math.max(height, broken) * magnification) / 14));
  const [pitchX, pitchY] = [broken * magnification + gap, height * magnification + gap];
  const down = Math.ceil(channels / across);
  return {
    ...{ across, down, rows: height, columns: broken, magnification, pitchX, pitchY },
    ...{ width: across * pitchX, height: down * pitchY },
  };
}
