import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type AtlasContext, buildAtlas, buildMicroscope } from '@incognita/atlas';
import { EMBEDDED_MODELS } from '@incognita/learn';
import { loadModelSource, WorkerPool } from '@incognita/runtime';
import { checkPort } from '@incognita/server';
import { openWorkspace } from '@incognita/workspace';
import { DEMO, type Demo } from '../demo/demoSettings.js';
import { abortOnInterrupt } from '../interrupt.js';
import { printJson } from '../output.js';
import { Progress } from '../progress.js';
import { cacheFolder } from '../sources/cacheFolder.js';
import { emojiFolder } from '../sources/emojiFolder.js';
import { namedModel } from '../sources/namedModel.js';
import { version } from '../version.js';
import { buildShown, openLine } from '../workspace/buildShown.js';
import { atlasLines, microscopeTable } from '../workspace/reports.js';
import { describeAtlas } from './atlas.js';
import { describeMicroscope } from './microscope.js';
import { openCommand } from './open.js';

/** Options of `incognita demo`. */
export interface DemoCommandOptions {
  readonly out?: string;
  readonly port?: number;
  /** False with `--no-browser`. */
  readonly browser: boolean;
  readonly workers?: number;
  readonly json?: boolean;
}

/** `incognita demo`: the map of the embedded network over the emoji world; opens at once where it was finished before. */
export async function demoCommand(options: DemoCommandOptions, demo: Demo = DEMO): Promise<void> {
  const named = namedModel(EMBEDDED_MODELS[0]!.name);
  const source = await loadModelSource(named.path, { weights: 'map' });
  const out = options.out ?? join(cacheFolder(), 'demo');
  if (await isFinished(out, await source.sha256())) return openCommand(out, options);
  if (options.port !== undefined) await checkPort(options.port);
  const progress = new Progress(process.stderr);
  const interrupt = abortOnInterrupt(() =>
    progress.note('Stopping. What is finished is kept: the same command goes on from here. Ctrl-C again ends at once.'),
  );
  const pool = new WorkerPool({ workers: options.workers ?? availableParallelism() });
  try {
    progress.note(
      'A map of what a small AlexNet has learnt from emoji. It can be looked at after about half a minute and grows for some more.',
    );
    const choice = { name: 'demo', choose: demo.choose };
    const dir = await emojiFolder(null, { pool, progress, signal: interrupt.signal, choice });
    progress.finish();
    const pictures = { dir, name: 'emoji' };
    const atlas = await describeAtlas(source.model, named, pictures, demo.atlas);
    const microscope = await describeMicroscope(source.model, named, pictures, demo.microscope);
    await buildShown(
      async (context) => {
        // Every channel with its patches, and a few images, before the many icons of the maps.
        const onMapped = (within: AtlasContext) => buildMicroscope({ ...microscope, ...demo.first }, within);
        const maps = await buildAtlas({ ...atlas, onMapped }, { ...context, more: true });
        return { maps, channels: await buildMicroscope(microscope, context) };
      },
      ({ result: { maps, channels }, workspace, url }) => {
        if (options.json)
          printJson({ workspace: workspace.dir, url, seed: maps.seed, layers: maps.layers, channels: channels.layers });
        else process.stdout.write(`${atlasLines(maps).join('\n')}\n${microscopeTable(channels)}\n${openLine(out)}`);
      },
      { ...options, out, modelPath: named.path, open: true, pool, progress, interrupt },
    );
  } finally {
    progress.finish();
    interrupt.release();
    await pool.dispose();
  }
}

/** Whether this version has finished the map of this very network there. */
async function isFinished(dir: string, modelSha256: string): Promise<boolean> {
  try {
    const workspace = await openWorkspace(dir, { write: false });
    const manifest = await workspace.readManifest();
    await workspace.close();
    return manifest?.complete === true && manifest.model.sha256 === modelSha256 && manifest.generator === `incognita ${version}`;
  } catch {
    // What is there cannot be opened as it is; making the map says why, or mends it.
    return false;
  }
}
