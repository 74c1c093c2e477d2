import { describe, expect, it } from 'vitest';
import { layOutMaps } from './mapsLayout.js';
import { colourTable, drawMaps, fullColour } from './mapsPixels.js';
import { orderOf } from './orderOf.js';
import { placeByKey } from './placeByKey.js';

const PALETTE = { ground: [0, 0, 0], positive: [255, 100, 0], negative: [0, 100, 255] } as const;
/** Red, green, blue, alpha of a pixel. */
const rgba = (pixel: number): number[] => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255, pixel >>> 24];

describe('maps on one canvas', () => {
  const maps = {
    ...{ channels: 5, rows: 2, columns: 3, pool: 1 },
    bytes: Uint8Array.from({ length: 30 }, (_, i) => (i * 53) % 256),
    ranges: Float32Array.of(0, 2, -1, 1, -4, -2, 0, 0, 0, 8),
  };

  it.each(['channel', 'layer'] as const)('show every value in the colour of its size, by the range of the %s', (scale) => {
    const layout = layOutMaps(maps, 2);
    const pixels = new Uint32Array(layout.width * layout.height);
    const order = Uint32Array.of(4, 3, 2, 1, 0);
    const most = fullColour(maps.ranges, scale);
    expect([...most]).toEqual(scale === 'channel' ? [2, 1, 4, 0, 8] : [8, 8, 8, 8, 8]);
    drawMaps(pixels, { maps, layout, order, most, table: colourTable(PALETTE) });
    const m = layout.magnification;
    for (const [place, channel] of order.entries())
      for (let p = 0; p < 6; p++) {
        const [least, largest] = [maps.ranges[2 * channel]!, maps.ranges[2 * channel + 1]!];
        const value = least + (maps.bytes[channel * 6 + p]! / 255) * (largest - least);
        const share = most[channel] === 0 ? 0 : value / most[channel]!;
        const towards = share < 0 ? PALETTE.negative : PALETTE.positive;
        const x = (place % 2) * layout.pitchX + (p % 3) * m;
        const y = Math.floor(place / 2) * layout.pitchY + Math.floor(p / 3) * m;
        for (const [dx, dy] of [
          [0, 0],
          [m - 1, m - 1],
        ] as const) {
          const [r, g, b, a] = rgba(pixels[(y + dy) * layout.width + x + dx]!);
          for (const [c, shown] of [r, g, b].entries())
            expect(Math.abs(shown! - towards[c]! * Math.abs(share)), `channel ${channel}, position ${p}`).toBeLessThan(2);
          expect(a).toBe(255);
        }
      }
    // The sixth place stays empty.
    expect(pixels[2 * layout.pitchY * layout.width + layout.pitchX]).toBe(0);
  });

  it('break a strip without places into a square, and keep the gaps of small maps narrow', () => {
    expect(layOutMaps({ channels: 3, rows: 1, columns: 50 }, 3)).toMatchObject({ rows: 7, columns: 8, magnification: 3 });
    expect(layOutMaps({ channels: 3, rows: 1, columns: 1 }, 3)).toMatchObject({
      rows: 1,
      columns: 1,
      magnification: 24,
      pitchX: 26,
    });
    expect(layOutMaps({ channels: 2048, rows: 56, columns: 56 }, 16)).toMatchObject({ magnification: 1, pitchX: 60, down: 128 });
  });

  it('stand by number, or those with the largest values first', () => {
    expect([...orderOf(maps.ranges, 'index')]).toEqual([0, 1, 2, 3, 4]);
    expect([...orderOf(maps.ranges, 'strength')]).toEqual([4, 0, 1, 3, 2]);
  });

  it('are gone through by keys, and never left', () => {
    const grid = { across: 4, channels: 10 };
    const keys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageDown'];
    expect(keys.map((key) => placeByKey(key, 5, grid))).toEqual([4, 6, 1, 9, 0, 9, 9]);
    expect(placeByKey('ArrowUp', 2, grid)).toBe(0);
    expect(placeByKey('x', 5, grid)).toBeNull();
  });
});
