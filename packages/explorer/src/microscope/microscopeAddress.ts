import { address, go } from '../state/address.js';
import { useStore } from '../state/store.js';
import { ORDERS, type Order } from './grid/order.js';

/** What a tile of the grid shows. */
export const TILES = ['images', 'patches', 'kernels'] as const;
export type Tiles = (typeof TILES)[number];

/** A position of a layer over a picture of the data set. */
export interface Place {
  readonly picture: number;
  readonly row: number;
  readonly column: number;
}

/** What the address of the page Microscope says. */
export interface MicroscopeAddress {
  /** Name of the layer; null: the one that opens by itself. */
  readonly layer: string | null;
  /** Null: all channels. */
  readonly channel: number | null;
  readonly order: Order;
  readonly tiles: Tiles;
  /** Text that a class or a label must contain. */
  readonly text: string;
  /** Where the dot product is shown; null: at the strongest patch. */
  readonly place: Place | null;
}

const DEFAULTS: MicroscopeAddress = { layer: null, channel: null, order: 'index', tiles: 'images', text: '', place: null };

export function parseMicroscope(search: string): MicroscopeAddress {
  const query = new URLSearchParams(search);
  const channel = query.get('channel') ?? '';
  const order = query.get('sort') as Order;
  const tiles = query.get('tiles') as Tiles;
  const place = /^(\d+):(-1|\d+),(\d+)$/.exec(query.get('at') ?? '');
  return {
    layer: query.get('layer'),
    channel: /^\d{1,9}$/.test(channel) ? Number(channel) : null,
    order: ORDERS.includes(order) ? order : DEFAULTS.order,
    tiles: TILES.includes(tiles) ? tiles : DEFAULTS.tiles,
    text: query.get('find') ?? DEFAULTS.text,
    place: place && { picture: Number(place[1]), row: Number(place[2]), column: Number(place[3]) },
  };
}

/** The shortest query that says the same. */
export function formatMicroscope({ layer, channel, order, tiles, text, place }: MicroscopeAddress): string {
  const query = new URLSearchParams({ page: 'microscope' });
  if (layer !== null) query.set('layer', layer);
  if (channel !== null) query.set('channel', String(channel));
  if (order !== DEFAULTS.order) query.set('sort', order);
  if (tiles !== DEFAULTS.tiles) query.set('tiles', tiles);
  if (text !== DEFAULTS.text) query.set('find', text);
  if (place !== null) query.set('at', `${place.picture}:${place.row},${place.column}`);
  return `?${query.toString().replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%2C', ',')}`;
}

/** The address of a layer or a channel, with the settings of the grid kept. */
export function microscopeLink(layer: string, channel: number | null = null): string {
  const { order, tiles, text } = parseMicroscope(location.search);
  return formatMicroscope({ layer, channel, order, tiles, text, place: null });
}

/** Another layer or channel is a step in the history; all else rewrites the last one. */
export function changeMicroscope(change: Partial<MicroscopeAddress>): void {
  const now = parseMicroscope(location.search);
  const moved = change.layer !== undefined || change.channel !== undefined;
  go(formatMicroscope({ ...now, ...(moved ? { place: null } : {}), ...change }), { replace: !moved });
}

export function useMicroscopeAddress(): MicroscopeAddress {
  return parseMicroscope(useStore(address, (text) => text));
}
