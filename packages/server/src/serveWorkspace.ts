import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from './app.js';
import { closeGracefully } from './closeGracefully.js';
import { findExplorer } from './explorerFiles.js';
import { HOST, listen } from './listen.js';
import { Networks } from './live/networks.js';
import { watchManifest } from './manifestWatch.js';
import { WorkspaceModel } from './model/workspaceModel.js';
import { listNetworks } from './place/networksHolding.js';
import { openPlace } from './place/openPlace.js';

export interface ServeOptions {
  /** The folder of a workspace, of a training run or several, of decoders of text, or of networks that take pictures. */
  dir: string;
  /** ONNX files elsewhere that pictures can be shown to: the network of a workspace, as a rule. */
  networks?: readonly string[];
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
export async function serveWorkspace(options: ServeOptions): Promise<RunningServer> {
  const { dir, networks: given = [], port, explorerDir, onListen, signal } = options;
  const place = await openPlace(dir);
  const own = new WorkspaceModel(place.dir);
  const networks = new Networks(async () => {
    const { runs } = await place.offers();
    return listNetworks(place.dir, { runs: runs.map(({ path }) => path), given, madeFrom: await own.file() });
  });
  const closing = new AbortController();
  const manifest = watchManifest(place.dir);
  let actualPort = port ?? 0;
  const app = createApp({
    place,
    networks,
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
    return closeServer().finally(() => networks.dispose());
  }

  if (signal?.aborted) await close();
  signal?.addEventListener('abort', () => void close(), { once: true });
  onListen?.({ url, port: actualPort });
  return { url, port: actualPort, close, closed };
}
