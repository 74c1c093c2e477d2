import { resolve } from 'node:path';
import type { AtlasContext, AtlasProgress } from '@incognita/atlas';
import type { WorkerPool } from '@incognita/runtime';
import { checkPort, exportExplorer, openBrowser, type RunningServer, serveWorkspace } from '@incognita/server';
import { createWorkspace, type Workspace } from '@incognita/workspace';
import { untilAborted } from '../commands/open.js';
import type { Progress } from '../progress.js';

/** Where something is made and how it is shown. */
export interface BuildOptions {
  readonly out: string;
  /** The network, which the page Live runs. */
  readonly modelPath: string;
  /** Serve the explorer meanwhile, and until Ctrl-C. */
  readonly open?: boolean;
  readonly port?: number;
  readonly browser: boolean;
  readonly json?: boolean;
  readonly pool: WorkerPool;
  readonly progress: Progress;
  readonly interrupt: { readonly signal: AbortSignal };
}

/** What was made, and where. */
export interface Built<T> {
  readonly result: T;
  readonly workspace: Workspace;
  /** Address of the explorer; null where it was not to be opened. */
  readonly url: string | null;
}

const STAGES: Record<AtlasProgress['stage'], string> = {
  pictures: 'pictures',
  collect: 'activations',
  neighbors: 'neighbours',
  layout: 'layout',
  cells: 'grids and patches',
  attribution: 'classes',
  icons: 'icons',
  channels: 'patches of channels',
  wiring: 'connections and classes',
  images: 'optimised images',
};

/** Stages whose counts go over all layers. */
const OVERALL: ReadonlySet<AtlasProgress['stage']> = new Set(['channels', 'wiring', 'images']);

/**
 * Makes something in a workspace, or goes on with what is there; shows it while it grows where asked, and until Ctrl-C after `report`.
 *
 * @throws what `start` throws; PortInUseError before any work.
 */
export async function buildShown<T>(
  start: (context: AtlasContext) => Promise<T>,
  report: (built: Built<T>) => void,
  options: BuildOptions,
): Promise<void> {
  const { out, open, port, browser, pool, progress, interrupt } = options;
  if (open && port !== undefined) await checkPort(port);
  const workspace = await createWorkspace(out);
  let server: RunningServer | null = null;
  try {
    await exportExplorer(workspace);
    progress.note(`workspace  ${out}`);
    const work = start({
      workspace,
      pool,
      signal: interrupt.signal,
      onProgress: ({ stage, layer, done, total }) => {
        const label = layer === null || OVERALL.has(stage) ? STAGES[stage] : `${STAGES[stage]} · ${layer}`;
        progress.report({ label, done, total });
      },
    });
    // A failure is reported where `work` is awaited, also when the server cannot start first.
    work.catch(() => {});
    if (open) {
      server = await serveWhenReady(workspace, options, work);
      progress.note(`The explorer is at ${server.url}`);
      if (browser) await openBrowser(server.url);
    }
    const result = await work;
    progress.finish();
    report({ result, workspace, url: server?.url ?? null });
    if (server !== null) {
      progress.note('Press Ctrl-C to stop the explorer.');
      await untilAborted(interrupt.signal);
    }
  } finally {
    progress.finish();
    await server?.close();
    await workspace.close();
  }
}

/** How to see again what lies in a folder. */
export function openLine(out: string): string {
  return `Open it with: npx incognita open ${/\s/.test(out) ? JSON.stringify(out) : out}\n`;
}

/** The server needs a manifest, which the first stages write; the work's own failure ends the wait. */
async function serveWhenReady(
  workspace: Workspace,
  { port, modelPath }: BuildOptions,
  work: Promise<unknown>,
): Promise<RunningServer> {
  let settled = false;
  const done = work.then(
    () => (settled = true),
    () => (settled = true),
  );
  while (!settled && (await workspace.readManifest()) === null) {
    await Promise.race([done, new Promise((wake) => setTimeout(wake, 200))]);
  }
  if ((await workspace.readManifest()) === null) await work;
  return serveWorkspace({ dir: workspace.dir, networks: [resolve(modelPath)], ...(port === undefined ? {} : { port }) });
}
