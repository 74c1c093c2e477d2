import { availableParallelism } from 'node:os';
import { basename, extname, resolve } from 'node:path';
import { type AtlasProgress, buildMicroscope, type MicroscopeResult } from '@incognita/atlas';
import { classOutput } from '@incognita/onnx';
import { loadModelSource, WorkerPool } from '@incognita/runtime';
import { exportExplorer } from '@incognita/server';
import { createWorkspace, type Workspace } from '@incognita/workspace';
import { findClassNames } from '../classNames.js';
import { abortOnInterrupt } from '../interrupt.js';
import { printJson, table } from '../output.js';
import { choosePreprocessing } from '../preprocessing.js';
import { Progress } from '../progress.js';
import { version } from '../version.js';

/** Options of `incognita microscope`. */
export interface MicroscopeCommandOptions {
  readonly layer?: readonly string[];
  readonly images: 'all' | 'none' | number;
  readonly steps?: number;
  readonly preprocessing?: string;
  readonly size?: number;
  readonly labels?: string;
  readonly maxMegapixels: number;
  readonly seed: number;
  readonly workers?: number;
  readonly out?: string;
  readonly json?: boolean;
}

const STAGES: Partial<Record<AtlasProgress['stage'], string>> = {
  pictures: 'pictures',
  collect: 'all layers over the pictures',
  cells: 'patches and connections',
  icons: 'optimised images',
};

/** `incognita microscope`: every channel of a network over a folder of pictures, in a workspace. */
export async function microscopeCommand(
  modelPath: string,
  picturesDir: string,
  options: MicroscopeCommandOptions,
): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const { model } = await loadModelSource(modelPath, { weights: 'map' });
  const preprocessing = await choosePreprocessing(model, modelPath, options);
  const classes = classOutput(model);
  const names =
    classes === null
      ? {}
      : { classNames: await findClassNames(modelPath, classes.classes, { file: options.labels, metadata: model.metadata }) };
  const out = options.out ?? `${basename(modelPath, extname(modelPath))}-${basename(resolve(picturesDir))}.incognita`;
  say(`input      ${preprocessing.statement}`);
  say(`workspace  ${out}`);
  const progress = new Progress(process.stderr);
  const interrupt = abortOnInterrupt(() =>
    progress.note('Stopping. What is finished is kept: the same command goes on from here. Ctrl-C again ends at once.'),
  );
  const pool = new WorkerPool({ workers: options.workers ?? availableParallelism() });
  const workspace = await createWorkspace(out);
  try {
    await exportExplorer(workspace);
    const result = await buildMicroscope(
      {
        modelPath,
        picturesDir,
        images: options.images,
        seed: options.seed,
        preprocessing,
        maxMegapixels: options.maxMegapixels,
        generator: `incognita ${version}`,
        ...names,
        ...(options.layer === undefined ? {} : { layers: options.layer }),
        ...(options.steps === undefined ? {} : { steps: options.steps }),
      },
      {
        workspace,
        pool,
        signal: interrupt.signal,
        onProgress: ({ stage, layer, done, total }) =>
          progress.report({
            label: `${STAGES[stage] ?? stage}${layer === null || stage === 'cells' ? '' : ` · ${layer}`}`,
            done,
            total,
          }),
      },
    );
    progress.finish();
    report(result, workspace, options, out);
  } finally {
    progress.finish();
    interrupt.release();
    await pool.dispose();
    await workspace.close();
  }
}

function report(result: MicroscopeResult, workspace: Workspace, { json }: MicroscopeCommandOptions, out: string): void {
  for (const { file, reason } of result.skipped) process.stderr.write(`skipped ${file}: ${reason}\n`);
  for (const { layer, noImages } of result.layers)
    if (noImages !== null) process.stderr.write(`${layer} has no optimised images: ${noImages}\n`);
  if (json) {
    printJson({ workspace: workspace.dir, ...result });
    return;
  }
  const rows = result.layers.map(({ layer, channels, images, trusted }) => [layer, channels, images, trusted]);
  process.stdout.write(`${table(['layer', 'channels', 'images', 'trusted'], rows)}\n`);
  process.stdout.write(`Open it with: npx incognita open ${/\s/.test(out) ? JSON.stringify(out) : out}\n`);
}
