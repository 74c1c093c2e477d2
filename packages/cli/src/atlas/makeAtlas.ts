import { type AtlasOptions, type AtlasProgress, type AtlasResult, buildAtlas, type Estimate, estimate } from '@incognita/atlas';
import type { WorkerPool } from '@incognita/runtime';
import { checkPort, exportExplorer, openBrowser, type RunningServer, serveWorkspace } from '@incognita/server';
import { createWorkspace, type Workspace } from '@incognita/workspace';
import { untilAborted } from '../commands/open.js';
import { formatBytes, formatDuration } from '../duration.js';
import { printJson } from '../output.js';
import type { Progress } from '../progress.js';

/** How an atlas is made and shown. */
export interface MakeAtlasOptions {
  readonly out: string;
  /** Print how long it will take; to find out takes some seconds. */
  readonly estimated: boolean;
  /** Serve the explorer meanwhile, and until Ctrl-C. */
  readonly open?: boolean;
  readonly port?: number;
  readonly browser: boolean;
  readonly json?: boolean;
  readonly pool: WorkerPool;
  readonly progress: Progress;
  readonly interrupt: { readonly signal: AbortSignal };
}

const STAGES: Record<AtlasProgress['stage'], string> = {
  pictures: 'pictures',
  collect: 'activations',
  neighbors: 'neighbours',
  layout: 'layout',
  cells: 'grids and patches',
  attribution: 'classes',
  icons: 'icons',
};

/** Makes an atlas in a workspace, or goes on with the one that is there; shows it while it grows where asked. */
export async function makeAtlas(atlas: AtlasOptions, options: MakeAtlasOptions): Promise<void> {
  const { out, pool, progress, interrupt } = options;
  if (options.open && options.port !== undefined) await checkPort(options.port);
  const workspace = await createWorkspace(out);
  let server: RunningServer | null = null;
  try {
    await exportExplorer(workspace);
    progress.note(`workspace  ${out}`);
    if (options.estimated) progress.note(printEstimate(await estimate(atlas, { pool, signal: interrupt.signal })));
    const work = buildAtlas(atlas, {
      workspace,
      pool,
      signal: interrupt.signal,
      onProgress: (report) => progress.report(label(report)),
    });
    // A failure is reported where `work` is awaited, also when the server cannot start first.
    work.catch(() => {});
    if (options.open) {
      server = await serveWhenReady(workspace, options, work);
      progress.note(`The explorer is at ${server.url}`);
      if (options.browser) await openBrowser(server.url);
    }
    const result = await work;
    progress.finish();
    report(result, workspace, options, server);
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

/** The server needs a manifest, which the first stages write; the build's own failure ends the wait. */
async function serveWhenReady(
  workspace: Workspace,
  { port }: MakeAtlasOptions,
  work: Promise<AtlasResult>,
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
  return serveWorkspace({ dir: workspace.dir, ...(port === undefined ? {} : { port }) });
}

function label({ stage, layer, done, total }: AtlasProgress): { label: string; done: number; total: number } {
  return { label: layer === null ? STAGES[stage] : `${STAGES[stage]} · ${layer}`, done, total };
}

function printEstimate({ seconds, memoryBytes }: Estimate): string {
  const total = Object.values(seconds).reduce((a, b) => a + b, 0);
  const parts = Object.entries(seconds).map(([stage, value]) => `${stage} ${formatDuration(value)}`);
  return `estimate   ${formatDuration(total)} (${parts.join(', ')}), ${formatBytes(memoryBytes)} of memory`;
}

function report(result: AtlasResult, workspace: Workspace, { out, json }: MakeAtlasOptions, server: RunningServer | null): void {
  for (const { file, reason } of result.skipped) process.stderr.write(`skipped ${file}: ${reason}\n`);
  if (result.noClasses !== null) process.stderr.write(`classes were not attributed: ${result.noClasses}\n`);
  for (const { layer, activations, cells } of result.layers) {
    if (cells > 0) continue;
    process.stderr.write(
      `${layer} has an empty map: no cell holds enough of its ${activations} activations. Give more pictures, or a coarser --grid.\n`,
    );
  }
  if (json) {
    const url = server === null ? {} : { url: server.url };
    printJson({ workspace: workspace.dir, ...url, seed: result.seed, layers: result.layers });
    return;
  }
  for (const { layer, activations, cells, icons } of result.layers) {
    process.stdout.write(`${layer}: ${activations} activations in ${cells} cells, ${icons} icons\n`);
  }
  process.stdout.write(`Open it with: npx incognita open ${/\s/.test(out) ? JSON.stringify(out) : out}\n`);
}
