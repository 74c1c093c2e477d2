import path from 'node:path';
import { jvp, MissingRuleError, NoPathError } from '@incognita/autodiff';
import { type ClassOutput, classOutput, cut, findLayer, imageInput, type Model } from '@incognita/onnx';
import { loadModelSource, type ModelSource, sessionSource } from '@incognita/runtime';
import { type Preprocessing, type ReceptiveField, receptiveField, resolvePreprocessing } from '@incognita/vision';
import type { LayerToCollect } from '../collect/collect.js';
import type { ForwardSetup } from '../collect/collect.task.node.js';
import { layerMap } from '../collect/layerMap.js';
import { pictureScale } from '../pictures/pictureScale.js';
import { type AtlasPreset, defaultGrids, presetNamed } from '../presets.js';
import { taskRef } from '../tasks.js';
import { chooseLayers } from './chooseLayers.js';
import type { AtlasContext, AtlasOptions } from './options.js';

/** A layer of the run with what is known of its place in the network. */
export interface RunLayer extends LayerToCollect {
  /** Dimensions of the tensor for one picture. */
  readonly dims: readonly number[];
  readonly field: ReceptiveField;
}

/** Everything that a run settles before the first picture. */
export interface Run {
  readonly source: ModelSource;
  readonly modelSha256: string;
  readonly layers: readonly RunLayer[];
  readonly preset: AtlasPreset;
  readonly preprocessing: Preprocessing;
  readonly setup: ForwardSetup;
  readonly seed: number;
  readonly activations: number;
  readonly grids: readonly number[];
  readonly icons: 'all' | 'none' | number;
  readonly maxMegapixels: number;
  /** See {@link AtlasOptions}. */
  readonly pictureScale: number;
  readonly classes: (ClassOutput & { readonly names: readonly string[]; readonly source: string }) | null;
  /** Why there are no classes. */
  readonly noClasses: string | null;
}

/** Pictures in one forward run where the model leaves the batch open. */
const BATCH = 8;

/**
 * Loads the model, finds layers, preprocessing and classes, and runs the network once on grey to learn the layers' shapes.
 *
 * @throws what the model, a layer's name, the preset or the preprocessing give reason to, before anything is computed.
 */
export async function prepareRun(options: AtlasOptions, { pool, signal }: Pick<AtlasContext, 'pool' | 'signal'>): Promise<Run> {
  const preset = typeof options.preset === 'object' ? options.preset : presetNamed(options.preset ?? 'incognita');
  const source = await loadModelSource(options.modelPath);
  const { model } = source;
  const input = imageInput(model);
  const preprocessing = options.preprocessing ?? resolvePreprocessing(model);
  const names = options.layers ?? chooseLayers(model);
  const found = [...new Map(names.map((name) => findLayer(model, name)).map((layer) => [layer.name, layer])).values()];
  if (found.length === 0)
    throw new Error(
      `No layer of ${path.basename(options.modelPath)} can be mapped: it has no convolutions. Name one with --layer.`,
    );
  const setup: ForwardSetup = {
    session: sessionSource(source, cut(model, { outputs: found.map(({ tensor }) => tensor) })),
    input: input.name,
    preprocessing,
    maxMegapixels: options.maxMegapixels ?? 50,
    batch: input.batch ?? BATCH,
    folder: path.resolve(options.picturesDir),
  };
  const outputs = found.map(({ tensor }) => tensor);
  const shapes = await pool.run<object, number[][]>(
    taskRef('collect/collect.task.node', 'probeShapes'),
    { ...setup, outputs },
    { signal },
  );
  const layers = found.map(({ name, tensor, channels }, l) => ({
    name,
    tensor,
    map: layerMap(name, shapes[l]!, channels),
    dims: shapes[l]!,
    field: receptiveField(model, input.name, tensor),
  }));
  const activations = options.activations ?? preset.activations;
  const grids = options.grids ?? (preset.grids.length > 0 ? preset.grids : defaultGrids(activations));
  const scores = classOutput(model);
  const noClasses =
    scores === null
      ? 'the model has no class scores among its outputs'
      : input.batch !== null && input.batch !== 1
        ? `the model insists on batches of ${input.batch} pictures`
        : whyNoTangent(
            model,
            layers.map(({ tensor }) => tensor),
            scores.tensor,
          );
  return {
    source,
    modelSha256: await source.sha256(),
    layers,
    preset,
    preprocessing,
    setup,
    seed: options.seed ?? 0,
    activations,
    grids: [...new Set(grids)].sort((a, b) => a - b),
    icons: options.icons ?? 'all',
    maxMegapixels: setup.maxMegapixels,
    pictureScale: options.pictureScale ?? pictureScale(preprocessing),
    classes: scores === null ? null : { ...scores, ...classNames(options, scores.classes) },
    noClasses,
  };
}

/** Why the effect of a layer on the class scores cannot be differentiated, or null where it can. */
function whyNoTangent(model: Model, layers: readonly string[], of: string): string | null {
  for (const wrt of layers) {
    try {
      jvp(model, { of, wrt, repeat: true });
    } catch (error) {
      if (error instanceof MissingRuleError || error instanceof NoPathError) return error.message;
      throw error;
    }
  }
  return null;
}

function classNames({ classNames }: AtlasOptions, classes: number): { names: readonly string[]; source: string } {
  if (classNames === undefined) {
    return { names: Array.from({ length: classes }, (_, c) => `class ${c}`), source: 'numbers, because no names were given' };
  }
  if (classNames.names.length !== classes) {
    throw new RangeError(
      `The model has ${classes} classes, but ${classNames.names.length} names were given (${classNames.source}).`,
    );
  }
  return classNames;
}
