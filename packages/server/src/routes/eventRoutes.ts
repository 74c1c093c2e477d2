import { streamEvents } from './events.js';
import type { Routes } from './routes.js';

/** `GET /api/events`: server-sent events, for example that the manifest has changed. */
export const eventRoutes: Routes = (app, { manifest, closing }) => {
  app.get('/api/events', (c) => (c.req.method === 'HEAD' ? c.body(null) : streamEvents(c, manifest, closing)));
};
