import type { LiveNetworkCard } from '@incognita/workspace/schema';
import { reach } from './reach.js';

/** What our server says of a network. */
export async function readCard(network: string): Promise<LiveNetworkCard> {
  const response = await reach(`./api/live/network?${new URLSearchParams({ network })}`);
  return (await response.json()) as LiveNetworkCard;
}
