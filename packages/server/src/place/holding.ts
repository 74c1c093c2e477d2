import type { Offers } from '@incognita/workspace';
import type { CachePolicy } from '../routes/serveFile.js';

/** One kind of thing that a served folder may hold: an atlas, training runs. */
export interface Holding {
  /** Its part of what the place offers. */
  offers(): Promise<Partial<Offers>>;
  /** How browsers may keep a file, named by the decoded parts of its path; null where it is not for the web. */
  cachePolicy(parts: readonly string[]): Promise<CachePolicy | null>;
}
