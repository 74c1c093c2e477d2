import { embeddedDecoders } from '../language/embeddedDecoders.js';
import type { Routes } from './routes.js';

const FRESH = { 'Cache-Control': 'no-store' };

/** `GET /api/health`; `GET /api/offers`: what this place holds for which pages (`offersSchema`). */
export const statusRoutes: Routes = (app, { place, networks }) => {
  app.get('/api/health', (c) => c.json({ ok: true }, 200, FRESH));
  app.get('/api/offers', async (c) => {
    const [offers, shown] = await Promise.all([place.offers(), networks.offers()]);
    return c.json({ ...offers, decoders: [...offers.decoders, ...embeddedDecoders()], networks: shown }, 200, FRESH);
  });
};
