import type { LiveNetworkCard } from '@incognita/workspace/schema';
import { createContext, useContext } from 'react';
import type { LiveAddress } from '../liveAddress.js';
import type { LiveEngine } from './LiveEngine.js';
import type { LiveRun } from './LiveRun.js';

export type LiveLayerCard = LiveNetworkCard['layers'][number];

/** What all parts of the page share. */
export interface Live {
  readonly engine: LiveEngine;
  readonly run: LiveRun;
  /** Path of the network in the offers. */
  readonly network: string;
  readonly card: LiveNetworkCard;
  /** The layer that is looked at; null where the network has none. */
  readonly layer: LiveLayerCard | null;
  /** The address, brought into range. */
  readonly at: LiveAddress;
  /** Chooses the channel, which is shown beside the maps. */
  readonly choose: (channel: number) => void;
}

export const LiveContext = createContext<Live | null>(null);

export function useLive(): Live {
  return useContext(LiveContext)!;
}
