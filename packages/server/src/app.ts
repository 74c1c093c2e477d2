import { Hono } from 'hono';
import { eventRoutes } from './routes/eventRoutes.js';
import { fileRoutes } from './routes/fileRoutes.js';
import { languageRoutes } from './routes/languageRoutes.js';
import { liveRoutes } from './routes/liveRoutes.js';
import { microscopeRoutes } from './routes/microscopeRoutes.js';
import type { RouteContext, Routes } from './routes/routes.js';
import { statusRoutes } from './routes/statusRoutes.js';
import { onlyOwnPages } from './security.js';

/** Every group of routes, in the order in which they are tried. */
const ROUTES: readonly Routes[] = [statusRoutes, eventRoutes, liveRoutes, languageRoutes, microscopeRoutes, fileRoutes];

export interface AppOptions extends RouteContext {
  /** The port that the server listens on; asked for at each request. */
  readonly port: () => number;
}

/** The routes of the local server, without a socket. */
export function createApp({ port, ...context }: AppOptions): Hono {
  const app = new Hono();
  app.use(onlyOwnPages(port));
  for (const routes of ROUTES) routes(app, context);
  return app;
}
