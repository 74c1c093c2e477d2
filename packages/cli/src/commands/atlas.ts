import { availableParallelism } from 'node:os';
import { basename, extname, resolve } from 'node:path';
import {
  type AtlasOptions,
  type AtlasPreset,
  type AtlasProgress,
  type AtlasResult,
  buildAtlas,
  chooseLayers,
  type Estimate,
  estimate,
  presetNamed,
} from '@incognita/atlas';
import { classOutput, type Model } from '@incognita/onnx';
import { loadModelSource, WorkerPool } from '@incognita/runtime';
import { exportExplorer, openBrowser, type RunningServer, serveWorkspace } from '@incognita/server';
import { createWorkspace, scanPictures, type Workspace } from '@incognita/workspace';
import { findClassNames } from '../classNames.js';
import { formatBytes, formatDuration } from '../duration.js';
import { abortOnInterrupt } from '../interrupt.js';
import { printJson } from '../output.js';
import { choosePreprocessing } from '../preprocessing.js';
import { Progress } from '../progress.js';
import { version } from '../version.js';
import { untilAborted } from './open.js';

/** Options of `incognita atlas`. */
export interface AtlasCommandOptions {
  readonly layer?: readonly string[];
  readonly grid?: readonly number[];
  readonly icons: 'all' | 'none' | number;
  readonly activations?: number;
  readonly preset: string;
  readonly steps?: number;
  readonly preprocessing?: string;
  readonly size?: number;
  readonly labels?: string;
  readonly maxMegapixels: number;
  readonly seed: number;
  readonly workers?: number;
  readonly out?: string;
  readonly open?: boolean;
  readonly port?: number;
  readonly browser: boolean;
  readonly json?: boolean;
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

/** `incognita atlas`: from a model and a folder of pictures to a workspace that the explorer shows. */
export async function atlasCommand(modelPath: string, picturesDir: string, options: AtlasCommandOptions): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const { model } = await loadModelSource(modelPath, { weights: 'map' });
  const atlas = await describe(model, modelPath, picturesDir, options);
  const scan = await scanPictures(picturesDir);
  say(`model      ${basename(modelPath)}${atlas.layers === undefined ? '' : `, layers ${atlas.layers.join(', ')}`}`);
  if (options.layer === undefined) say(`           no --layer was given: these spread over the depth of the network`);
  say(`pictures   ${scan.pictures.length} in ${basename(resolve(picturesDir))}`);
  say(`input      ${atlas.preprocessing!.statement}`);
  if (atlas.classNames !== undefined) say(`classes    ${atlas.classNames.names.length}, ${atlas.classNames.source}`);

  const out = options.out ?? `${basename(modelPath, extname(modelPath))}-${basename(resolve(picturesDir))}.incognita`;
  const progress = new Progress(process.stderr);
  const interrupt = abortOnInterrupt(() =>
    progress.note('Stopping. What is finished is kept: the same command goes on from here. Ctrl-C again ends at once.'),
  );
  const pool = new WorkerPool({ workers: options.workers ?? availableParallelism() });
  const workspace = await createWorkspace(out);
  let server: RunningServer | null = null;
  try {
    await exportExplorer(workspace);
    say(`workspace  ${out}`);
    say(printEstimate(await estimate(atlas, { pool, signal: interrupt.signal })));
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
    report(result, workspace, options, out);
    if (server !== null) {
      say('Press Ctrl-C to stop the explorer.');
      await untilAborted(interrupt.signal);
    }
  } finally {
    progress.finish();
    interrupt.release();
    await server?.close();
    await pool.dispose();
    await workspace.close();
  }
}

async function describe(
  model: Model,
  modelPath: string,
  picturesDir: string,
  options: AtlasCommandOptions,
): Promise<AtlasOptions> {
  const preset = presetNamed(options.preset);
  const classes = classOutput(model);
  return {
    modelPath,
    picturesDir,
    layers: options.layer ?? chooseLayers(model),
    icons: options.icons,
    seed: options.seed,
    preset: options.steps === undefined ? preset : withSteps(preset, options.steps),
    preprocessing: await choosePreprocessing(model, modelPath, options),
    maxMegapixels: options.maxMegapixels,
    generator: `incognita ${version}`,
    ...(options.grid === undefined ? {} : { grids: options.grid }),
    ...(options.activations === undefined ? {} : { activations: options.activations }),
    ...(classes === null
      ? {}
      : { classNames: await findClassNames(modelPath, classes.classes, { file: options.labels, metadata: model.metadata }) }),
  };
}

/** A preset with another number of steps; icons that start from their parent's take half of them. */
function withSteps(preset: AtlasPreset, steps: number): AtlasPreset {
  const warmSteps = preset.icon.warmSteps === null ? null : Math.ceil(steps / 2);
  return { ...preset, icon: { ...preset.icon, steps, warmSteps } };
}

/** The server needs a manifest, which the first stages write; the build's own failure ends the wait. */
async function serveWhenReady(
  workspace: Workspace,
  { port }: AtlasCommandOptions,
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

function report(result: AtlasResult, workspace: Workspace, options: AtlasCommandOptions, out: string): void {
  for (const { file, reason } of result.skipped) process.stderr.write(`skipped ${file}: ${reason}\n`);
  if (result.noClasses !== null) process.stderr.write(`classes were not attributed: ${result.noClasses}\n`);
  for (const { layer, activations, cells } of result.layers) {
    if (cells > 0) continue;
    process.stderr.write(
      `${layer} has an empty map: no cell holds enough of its ${activations} activations. Give more pictures, or a coarser --grid.\n`,
    );
  }
  if (options.json) {
    printJson({ workspace: workspace.dir, seed: result.seed, layers: result.layers });
    return;
  }
  for (const { layer, activations, cells, icons } of result.layers) {
    process.stdout.write(`${layer}: ${activations} activations in ${cells} cells, ${icons} icons\n`);
  }
  process.stdout.write(`Open it with: npx incognita open ${/\s/.test(out) ? JSON.stringify(out) : out}\n`);
}
