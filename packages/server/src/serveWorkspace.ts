import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from './app.js';
import { closeGracefully } from './closeGracefully.js';
import { findExplorer } from './explorerFiles.js';
import { HOST, listen } from './listen.js';
import { watchManifest } from './manifestWatch.js';
import { openPlace } from './place/openPlace.js';

export interface ServeOptions {
  /** The folder of a workspace, of a training run or several, or of decoders of text. */
  dir: string;
  /** Exactly this port (0: any free one). Default: the first free one from 5173 on. */
  port?: number;
  /** The built web app; default: the installed `@incognita/explorer`. */
  explorerDir?: string;
  /** Called once, when the server can be reached. */
  onListen?: (server: { url: string; port: number }) => void;
  /** Closes the server when aborted. */
  signal?: AbortSignal;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Ends event streams, lets answers that are under way finish, and gives the port back. */
  close(): Promise<void>;
  /** Settles when the server has been closed. */
  readonly closed: Promise<void>;
}

/** How long answers that are under way may take when the server closes. */
const GRACE_MS = 2000;

/**
 * Serves a workspace or training runs and the explorer to this machine only, also while a run is still writing there.
 * @throws WorkspaceError, WorkspaceVersionError, ExplorerMissingError, PortInUseError.
 * @example const server = await serveWorkspace({ dir: 'atlas', onListen: ({ url }) => console.log(url) });
 */
export async function serveWorkspace({ dir, port, explorerDir, onListen, signal }: ServeOptions): Promise<RunningServer> {
  const place = await openPlace(dir);
  const closing = new AbortController();
  const manifest = watchManifest(place.dir);
  let actualPort = port ?? 0;
  const app = createApp({
    place,
    explorerDir: await findExplorer(explorerDir),
    port: () => actualPort,
    manifest,
    closing: closing.signal,
  });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const closeServer = closeGracefully(server, { graceMs: GRACE_MS });
  actualPort = await listen(server, port);
  const url = `http://${HOST}:${actualPort}/`;
  const closed = new Promise<void>((resolve) => server.once('close', resolve));

  function close(): Promise<void> {
    closing.abort();
    manifest.close();
    return closeServer();
  }

  if (signal?.aborted) await close();
  signal?.addEventListener('abort', () => void close(), { once: true });
  onListen?.({ url, port: actualPort });
  return { url, port: actualPort, close, closed };
}
