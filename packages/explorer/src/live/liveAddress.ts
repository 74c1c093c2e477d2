import { LIVE_METHODS, type LiveMethod } from '@incognita/workspace/schema';
import { PLACES, type Where } from '../engine/engineStatus.js';
import { address, go } from '../state/address.js';
import { useStore } from '../state/store.js';

/** What the address of the page Live says. */
export interface LiveAddress {
  /** Path of the network in the offers; null: the first. */
  readonly network: string | null;
  /** Where it runs; null: on our server if there is one, else in the tab. */
  readonly engine: Where | null;
  /** Null: the one that the network suggests. */
  readonly layer: string | null;
  /** `sample:ID` or `picture:N` of the workspace; null: the first sample, or one's own picture, which no address can name. */
  readonly picture: string | null;
  readonly method: LiveMethod | 'none';
  /** `top`: the strongest class; `class:N`; `channel`: the chosen channel. */
  readonly target: string;
  readonly channel: number;
  /** What has the full colour: each channel's largest value, or the layer's. */
  readonly scale: 'channel' | 'layer';
  readonly order: 'index' | 'strength';
}

const DEFAULTS: LiveAddress = {
  ...{
    network: null,
    engine: null,
    layer: null,
    picture: null,
    method: 'gradcam',
    target: 'top',
    channel: 0,
    scale: 'channel',
    order: 'index',
  },
};

export function parseLive(search: string): LiveAddress {
  const query = new URLSearchParams(search);
  const method = query.get('method') as LiveMethod | 'none';
  const target = query.get('target') ?? '';
  const channel = query.get('channel') ?? '';
  const picture = query.get('picture') ?? '';
  return {
    network: query.get('network'),
    engine: PLACES.includes(query.get('engine') ?? '') ? (query.get('engine') as Where) : null,
    layer: query.get('layer'),
    picture: /^(sample:[\w-]+|picture:\d+)$/.test(picture) ? picture : null,
    method: method === 'none' || LIVE_METHODS.includes(method) ? method : DEFAULTS.method,
    target: /^(top|channel|class:\d{1,7})$/.test(target) ? target : DEFAULTS.target,
    channel: /^\d{1,7}$/.test(channel) ? Number(channel) : 0,
    scale: query.get('scale') === 'layer' ? 'layer' : 'channel',
    order: query.get('order') === 'strength' ? 'strength' : 'index',
  };
}

/** The shortest query that says the same. */
export function formatLive(state: LiveAddress): string {
  const query = new URLSearchParams({ page: 'live' });
  for (const key of Object.keys(DEFAULTS) as (keyof LiveAddress)[]) {
    const value = state[key];
    if (value !== null && value !== DEFAULTS[key]) query.set(key, String(value));
  }
  return `?${query.toString().replaceAll('%2F', '/').replaceAll('%3A', ':')}`;
}

/** Another network, layer or picture is a step in the history; all else rewrites the last one. */
export function changeLive(change: Partial<LiveAddress>): void {
  const steps = change.network !== undefined || change.layer !== undefined || change.picture !== undefined;
  go(formatLive({ ...parseLive(location.search), ...change }), { replace: !steps });
}

export function useLiveAddress(): LiveAddress {
  return parseLive(useStore(address, (text) => text));
}
