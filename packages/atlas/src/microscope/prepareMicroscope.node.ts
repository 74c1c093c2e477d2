import path from 'node:path';
import { classOutput, cut, discoverLayers, findLayer, imageInput, type Layer } from '@incognita/onnx';
import { loadModelSource, type ModelSource, sessionSource, type WorkerPool } from '@incognita/runtime';
import {
  type LayerLayout,
  layerLayout,
  type Preprocessing,
  type ReceptiveField,
  receptiveField,
  resolvePreprocessing,
  type Strides,
} from '@incognita/vision';
import type { ForwardSetup } from '../collect/collect.task.node.js';
import { taskRef } from '../tasks.js';
import type { MicroscopeOptions } from './options.js';

/** A layer under the microscope. */
export interface ScopeLayer {
  readonly layer: Layer;
  readonly layout: LayerLayout;
  /** Null where positions see everything, or have no place that is known. */
  readonly field: ReceptiveField | null;
  readonly strides: Strides;
  readonly size: number;
}

/** Everything that is settled before the first picture. */
export interface Scope {
  readonly source: ModelSource;
  readonly modelSha256: string;
  readonly preprocessing: Preprocessing;
  readonly layers: readonly ScopeLayer[];
  readonly setup: ForwardSetup;
  readonly seed: number;
  readonly classes: {
    readonly tensor: string;
    readonly classes: number;
    readonly names: readonly string[];
    readonly source: string;
  } | null;
}

/** Pictures of one forward run where the model leaves the batch open: all layers of each are in memory. */
const BATCH = 4;

/**
 * Loads the model, finds its layers and how they lie over a picture.
 *
 * @throws what the model, a layer's name or the preprocessing give reason to
 */
export async function prepareMicroscope(options: MicroscopeOptions, pool: WorkerPool, signal?: AbortSignal): Promise<Scope> {
  const source = await loadModelSource(options.modelPath);
  const { model } = source;
  const input = imageInput(model);
  const preprocessing = options.preprocessing ?? resolvePreprocessing(model);
  const asked =
    options.layers?.map((name) => findLayer(model, name)) ?? discoverLayers(model).filter(({ kind }) => kind !== 'pool');
  const layers = [...new Map(asked.map((layer) => [layer.tensor, layer])).values()];
  if (layers.length === 0) throw new Error(`${path.basename(options.modelPath)} has no layers that could be looked at.`);
  const setup: ForwardSetup = {
    session: sessionSource(source, cut(model, { outputs: layers.map(({ tensor }) => tensor) })),
    input: input.name,
    preprocessing,
    maxMegapixels: options.maxMegapixels ?? 50,
    batch: input.batch ?? BATCH,
    folder: path.resolve(options.picturesDir),
  };
  const outputs = layers.map(({ tensor }) => tensor);
  // One run on grey proves that the network takes such pictures before hours are spent.
  await pool.run(
    taskRef('collect/collect.task.node', 'probeShapes'),
    { ...setup, outputs },
    signal === undefined ? {} : { signal },
  );
  const scores = classOutput(model);
  const names = options.classNames;
  if (scores !== null && names !== undefined && names.names.length !== scores.classes)
    throw new RangeError(
      `The model has ${scores.classes} classes, but ${names.names.length} names were given (${names.source}).`,
    );
  const numbered = {
    names: Array.from({ length: scores?.classes ?? 0 }, (_, c) => `class ${c}`),
    source: 'numbers, because no names were given',
  };
  return {
    source,
    modelSha256: await source.sha256(),
    preprocessing,
    layers: layers.map((layer) => scopeLayer(source, layer, preprocessing)),
    setup,
    seed: options.seed ?? 0,
    classes: scores === null ? null : { ...scores, ...(names ?? numbered) },
  };
}

function scopeLayer({ model }: ModelSource, layer: Layer, preprocessing: Preprocessing): ScopeLayer {
  const layout = layerLayout(model, layer.tensor, preprocessing);
  const { channels, rows, columns, extraTokens, order } = layout;
  const positions = rows * columns;
  const strides: Strides =
    order === 'nchw'
      ? { channels, positions, first: 0, channelStride: positions, positionStride: 1 }
      : { channels, positions, first: extraTokens, channelStride: 1, positionStride: channels };
  return { layer, layout, field: fieldOf(model, layer, layout), strides, size: channels * (positions + extraTokens) };
}

function fieldOf(model: ModelSource['model'], { tensor }: Layer, { kind }: LayerLayout): ReceptiveField | null {
  if (kind !== 'map') return null;
  try {
    const field = receptiveField(model, imageInput(model).name, tensor);
    return Number.isFinite(field.width.sizePx) && Number.isFinite(field.height.sizePx) ? field : null;
  } catch {
    return null;
  }
}
