import { NO_OFFERS, type Offers } from '@incognita/workspace/schema';
import { createContext, useContext } from 'react';

export const OffersContext = createContext<Offers>(NO_OFFERS);

/** What this place holds. */
export function useOffers(): Offers {
  return useContext(OffersContext);
}
