import { availableParallelism } from 'node:os';
import { buildMicroscope, type MicroscopeOptions } from '@incognita/atlas';
import { classOutput, type Model } from '@incognita/onnx';
import { loadModelSource, WorkerPool } from '@incognita/runtime';
import { findClassNames } from '@incognita/vision';
import { abortOnInterrupt } from '../interrupt.js';
import { printJson } from '../output.js';
import { choosePreprocessing } from '../preprocessing.js';
import { Progress } from '../progress.js';
import { type NamedModel, namedModel } from '../sources/namedModel.js';
import { type NamedPictures, namedPictures, picturesName } from '../sources/namedPictures.js';
import { version } from '../version.js';
import { buildShown, openLine } from '../workspace/buildShown.js';
import { microscopeNotes, microscopeTable } from '../workspace/reports.js';

/** Options of `incognita microscope`. */
export interface MicroscopeCommandOptions extends MicroscopeSettings {
  readonly workers?: number;
  readonly out?: string;
  readonly open?: boolean;
  readonly port?: number;
  readonly browser: boolean;
  readonly json?: boolean;
}

/** Those that the result depends on. */
export interface MicroscopeSettings extends Pick<MicroscopeOptions, 'images' | 'negative' | 'diverse' | 'steps'> {
  readonly layer?: readonly string[];
  readonly preprocessing?: string;
  readonly size?: number;
  readonly labels?: string;
  readonly maxMegapixels: number;
  readonly seed: number;
}

/** `incognita microscope`: every channel of a network over a folder of pictures, in a workspace. */
export async function microscopeCommand(
  modelText: string,
  picturesText: string,
  options: MicroscopeCommandOptions,
): Promise<void> {
  const named = namedModel(modelText);
  const { model } = await loadModelSource(named.path, { weights: 'map' });
  const progress = new Progress(process.stderr);
  const interrupt = abortOnInterrupt(() =>
    progress.note('Stopping. What is finished is kept: the same command goes on from here. Ctrl-C again ends at once.'),
  );
  const pool = new WorkerPool({ workers: options.workers ?? availableParallelism() });
  try {
    const pictures = await namedPictures(picturesText, { pool, progress, signal: interrupt.signal });
    progress.finish();
    const microscope = await describeMicroscope(model, named, pictures, options);
    progress.note(`input      ${microscope.preprocessing!.statement}`);
    const out = options.out ?? `${named.name}-${picturesName(picturesText).replaceAll(':', '-')}.incognita`;
    await buildShown(
      (context) => buildMicroscope(microscope, context),
      ({ result, workspace, url }) => {
        for (const line of microscopeNotes(result)) process.stderr.write(`${line}\n`);
        if (options.json) printJson({ workspace: workspace.dir, ...(url === null ? {} : { url }), ...result });
        else process.stdout.write(`${microscopeTable(result)}\n${openLine(out)}`);
      },
      { ...options, out, modelPath: named.path, pool, progress, interrupt },
    );
  } finally {
    progress.finish();
    interrupt.release();
    await pool.dispose();
  }
}

/** What to look at, in the microscope's own terms. */
export async function describeMicroscope(
  model: Model,
  named: NamedModel,
  pictures: NamedPictures,
  options: MicroscopeSettings,
): Promise<MicroscopeOptions> {
  const { layer, images, negative, diverse, steps, labels: file, maxMegapixels, seed } = options;
  const classes = classOutput(model);
  const names = classes === null ? null : await findClassNames(named.path, classes.classes, { file, metadata: model.metadata });
  return {
    modelPath: named.path,
    picturesDir: pictures.dir,
    names: { model: named.name, pictures: pictures.name },
    preprocessing: await choosePreprocessing(model, named.path, options),
    seed,
    maxMegapixels,
    generator: `incognita ${version}`,
    ...(names === null ? {} : { classNames: names }),
    ...(layer === undefined ? {} : { layers: layer }),
    ...(images === undefined ? {} : { images }),
    ...(negative === undefined ? {} : { negative }),
    ...(diverse === undefined ? {} : { diverse }),
    ...(steps === undefined ? {} : { steps }),
  };
}
