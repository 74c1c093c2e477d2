import { availableParallelism } from 'node:os';
import { type AtlasOptions, type AtlasPreset, chooseLayers, presetNamed } from '@incognita/atlas';
import { classOutput, type Model } from '@incognita/onnx';
import { loadModelSource, WorkerPool } from '@incognita/runtime';
import { findClassNames } from '@incognita/vision';
import { scanPictures } from '@incognita/workspace';
import { abortOnInterrupt } from '../interrupt.js';
import { choosePreprocessing } from '../preprocessing.js';
import { Progress } from '../progress.js';
import { type NamedModel, namedModel } from '../sources/namedModel.js';
import { type NamedPictures, namedPictures, picturesName } from '../sources/namedPictures.js';
import { version } from '../version.js';
import { makeAtlas } from '../workspace/makeAtlas.js';

/** Options of `incognita atlas`. */
export interface AtlasCommandOptions extends AtlasSettings {
  readonly workers?: number;
  readonly out?: string;
  readonly open?: boolean;
  readonly port?: number;
  readonly browser: boolean;
  readonly json?: boolean;
}

/** Those that the result depends on. */
export interface AtlasSettings {
  readonly layer?: readonly string[];
  readonly grid?: readonly number[];
  readonly icons: 'all' | 'none' | number;
  readonly activations?: number;
  /** A name, or settings of its own. */
  readonly preset: string | AtlasPreset;
  readonly steps?: number;
  readonly preprocessing?: string;
  readonly size?: number;
  readonly labels?: string;
  readonly maxMegapixels: number;
  readonly seed: number;
}

/** `incognita atlas`: from a model and a folder of pictures to a workspace that the explorer shows. */
export async function atlasCommand(modelText: string, picturesText: string, options: AtlasCommandOptions): Promise<void> {
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
    const atlas = await describeAtlas(model, named, pictures, options);
    const scan = await scanPictures(pictures.dir);
    progress.note(`model      ${named.name}${atlas.layers === undefined ? '' : `, layers ${atlas.layers.join(', ')}`}`);
    if (options.layer === undefined) progress.note('           no --layer was given: these spread over the depth of the network');
    progress.note(`pictures   ${scan.pictures.length} in ${pictures.name}`);
    progress.note(`input      ${atlas.preprocessing!.statement}`);
    if (atlas.classNames !== undefined) progress.note(`classes    ${atlas.classNames.names.length}, ${atlas.classNames.source}`);
    const out = options.out ?? `${named.name}-${picturesName(picturesText).replaceAll(':', '-')}.incognita`;
    await makeAtlas(atlas, { ...options, out, pool, progress, interrupt });
  } finally {
    progress.finish();
    interrupt.release();
    await pool.dispose();
  }
}

/** What to make, in the atlas' own terms. */
export async function describeAtlas(
  model: Model,
  named: NamedModel,
  pictures: NamedPictures,
  options: AtlasSettings,
): Promise<AtlasOptions> {
  const modelPath = named.path;
  const preset = typeof options.preset === 'string' ? presetNamed(options.preset) : options.preset;
  const preprocessing = await choosePreprocessing(model, modelPath, options);
  const classes = classOutput(model);
  return {
    modelPath,
    picturesDir: pictures.dir,
    names: { model: named.name, pictures: pictures.name },
    layers: options.layer ?? chooseLayers(model),
    icons: options.icons,
    seed: options.seed,
    preset: options.steps === undefined ? preset : withSteps(preset, options.steps),
    preprocessing,
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
