import { Hono } from 'hono';
import { streamEvents } from './events.js';
import type { ManifestWatch } from './manifestWatch.js';
import { decodePath, isPublic, realFile } from './publicFile.js';
import { onlyOwnPages } from './security.js';
import { type CachePolicy, serveFile } from './serveFile.js';

export interface AppOptions {
  /** The workspace's folder. */
  workspaceDir: string;
  /** The built web app's folder. */
  explorerDir: string;
  /** The port that the server listens on; asked for at each request. */
  port: () => number;
  manifest: ManifestWatch;
  /** Ends the event streams. */
  closing: AbortSignal;
}

/** The routes of the local server, without a socket. */
export function createApp({ workspaceDir, explorerDir, port, manifest, closing }: AppOptions): Hono {
  const app = new Hono();
  app.use(onlyOwnPages(port));
  app.get('/api/health', (c) => c.json({ ok: true }, 200, { 'Cache-Control': 'no-store' }));
  app.get('/api/events', (c) => (c.req.method === 'HEAD' ? c.body(null) : streamEvents(c, manifest, closing)));
  app.get('*', async (c) => {
    const { pathname } = new URL(c.req.url);
    const place = locate(pathname, { workspaceDir, explorerDir });
    const file = place && (await realFile(place.root, place.parts));
    const response = file && (await serveFile(c, file, place.cache));
    return response || c.text('There is no such file.\n', 404);
  });
  return app;
}

interface Place {
  root: string;
  parts: string[];
  cache: CachePolicy;
}

function locate(pathname: string, { workspaceDir, explorerDir }: { workspaceDir: string; explorerDir: string }): Place | null {
  if (pathname === '/') return { root: explorerDir, parts: ['index.html'], cache: 'revalidate' };
  const parts = decodePath(pathname);
  if (parts === null) return null;
  if (parts[0] === 'explorer' || pathname === '/index.html') return { root: explorerDir, parts, cache: 'revalidate' };
  return isPublic(parts) ? { root: workspaceDir, parts, cache: parts[0] === 'stages' ? 'immutable' : 'revalidate' } : null;
}
