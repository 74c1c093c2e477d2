import { decodePath, realFile } from '../place/publicFile.js';
import type { RouteContext, Routes } from './routes.js';
import { type CachePolicy, serveFile } from './serveFile.js';

/** `GET *`: the explorer's files, and those of the place that are for the web. Comes last. */
export const fileRoutes: Routes = (app, context) => {
  app.get('*', async (c) => {
    const found = await locate(new URL(c.req.url).pathname, context);
    const file = found && (await realFile(found.root, found.parts));
    const response = file && (await serveFile(c, file, found.cache));
    return response || c.text('There is no such file.\n', 404);
  });
};

interface Located {
  readonly root: string;
  readonly parts: readonly string[];
  readonly cache: CachePolicy;
}

async function locate(pathname: string, { place, explorerDir }: RouteContext): Promise<Located | null> {
  if (pathname === '/') return { root: explorerDir, parts: ['index.html'], cache: 'revalidate' };
  const parts = decodePath(pathname);
  if (parts === null || parts[0] === 'api') return null;
  if (parts[0] === 'explorer' || pathname === '/index.html') return { root: explorerDir, parts, cache: 'revalidate' };
  const cache = await place.cachePolicy(parts);
  return cache && { root: place.dir, parts, cache };
}
