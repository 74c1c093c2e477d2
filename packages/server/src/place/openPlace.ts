import { basename, resolve } from 'node:path';
import { NO_OFFERS, type Offers, WorkspaceError } from '@incognita/workspace';
import type { CachePolicy } from '../routes/serveFile.js';
import { atlasHolding } from './atlasHolding.js';
import { decodersHolding } from './decodersHolding.js';
import type { Holding } from './holding.js';
import { hasNetworks } from './networksHolding.js';
import { runsHolding } from './runsHolding.js';

/** A folder as the explorer's pages see it. */
export interface Place {
  /** Absolute path. */
  readonly dir: string;
  offers(): Promise<Offers>;
  /** See {@link Holding.cachePolicy}. */
  cachePolicy(parts: readonly string[]): Promise<CachePolicy | null>;
}

/**
 * Recognises what a folder holds: training runs, decoders of text, an atlas, networks that take pictures, or several of these.
 * @throws WorkspaceError when it holds none, WorkspaceVersionError.
 * @example const place = await openPlace('runs'); (await place.offers()).runs;
 */
export async function openPlace(dir: string): Promise<Place> {
  const root = resolve(dir);
  const runs = await runsHolding(root);
  const decoders = await decodersHolding(root);
  const networks = await hasNetworks(root);
  const atlas = await atlasHolding(root).catch((error) => {
    const isPlace = runs !== null || decoders !== null || networks;
    if (isPlace && error instanceof WorkspaceError) return null;
    throw error;
  });
  const holdings = [atlas, runs, decoders].filter((holding): holding is Holding => holding !== null);
  return {
    dir: root,
    async offers() {
      const parts = await Promise.all(holdings.map((holding) => holding.offers()));
      const offers: Offers = Object.assign({ ...NO_OFFERS, name: basename(root), server: true }, ...parts);
      const named = <T extends { name: string }>(list: readonly T[]): T[] =>
        list.map((item) => (item.name === '' ? { ...item, name: offers.name } : item));
      return { ...offers, runs: named(offers.runs), studies: named(offers.studies) };
    },
    async cachePolicy(parts) {
      for (const holding of holdings) {
        const policy = await holding.cachePolicy(parts);
        if (policy !== null) return policy;
      }
      return null;
    },
  };
}
