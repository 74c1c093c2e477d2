import type { Palette } from '../../ui/numbers/colour.js';
import type { ChannelMaps } from '../data/LiveEngine.js';
import type { MapsLayout } from './mapsLayout.js';

/** Colours of values from −most (0) over zero (255) to +most (510), as pixels of a little-endian canvas. */
export function colourTable({ ground, positive, negative }: Palette): Uint32Array {
  return Uint32Array.from({ length: 511 }, (_, i) => {
    const towards = i < 255 ? negative : positive;
    const share = Math.abs(i - 255) / 255;
    const [r, g, b] = [0, 1, 2].map((c) => Math.round(ground[c]! + (towards[c]! - ground[c]!) * share)) as [
      number,
      number,
      number,
    ];
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });
}

/** The size of value that has the full colour, of each channel: its own largest, or the layer's. */
export function fullColour(ranges: Float32Array, scale: 'channel' | 'layer'): Float32Array {
  const own = Float32Array.from({ length: ranges.length / 2 }, (_, c) =>
    Math.max(Math.abs(ranges[2 * c]!), Math.abs(ranges[2 * c + 1]!)),
  );
  return scale === 'channel' ? own : own.fill(own.reduce((a, b) => Math.max(a, b), 0));
}

/**
 * Draws all maps into one buffer of pixels: zero is the ground, towards one colour above and another below, in proportion to the value.
 *
 * @param pixels [layout.height, layout.width]; what lies between maps is left as it is.
 * @param order channel at each place.
 */
export function drawMaps(
  pixels: Uint32Array,
  {
    maps,
    layout,
    order,
    most,
    table,
  }: {
    readonly maps: ChannelMaps;
    readonly layout: MapsLayout;
    readonly order: ArrayLike<number>;
    readonly most: Float32Array;
    readonly table: Uint32Array;
  },
): void {
  const { bytes, ranges } = maps;
  const positions = maps.rows * maps.columns;
  const { across, columns, magnification: m, pitchX, pitchY, width } = layout;
  for (let place = 0; place < maps.channels; place++) {
    const channel = order[place]!;
    const [least, largest] = [ranges[2 * channel]!, ranges[2 * channel + 1]!];
    const full = most[channel]!;
    const slope = full > 0 ? (largest - least) / full : 0;
    const offset = full > 0 ? 255.5 + (255 * least) / full : 255.5;
    const corner = Math.floor(place / across) * pitchY * width + (place % across) * pitchX;
    for (let p = 0; p < positions; p++) {
      const colour = table[(offset + slope * bytes[channel * positions + p]!) | 0]!;
      const at = corner + Math.floor(p / columns) * m * width + (p % columns) * m;
      for (let y = 0; y < m; y++) for (let x = 0; x < m; x++) pixels[at + y * width + x] = colour;
    }
  }
}
