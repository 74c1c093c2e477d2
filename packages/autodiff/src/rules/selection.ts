import { CumProd as cumProd } from '../parts/cumulative.js';
import { Compress as compress, Unique as unique } from '../parts/selection.js';
import { composite } from './composite.js';

/** What was chosen goes back to its place; the condition is data. */
export const Compress = composite(compress);

/** Of equal elements the first gets everything, as in a max-pool. */
export const Unique = composite(unique);

/** The products of the other factors, exact at zeros. */
export const CumProd = composite(cumProd);
