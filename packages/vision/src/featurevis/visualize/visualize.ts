import type { RuleChoice } from '@incognita/autodiff';
import { imageInput } from '@incognita/onnx';
import type { ModelSource, WorkerPool } from '@incognita/runtime';
import type { PictureSize } from '../../layout/pictureShapes.js';
import type { Preprocessing } from '../../preprocessing/preprocessing.js';
import { resizePicture } from '../../preprocessing/resize.js';
import { type Expression, sum, termsOf } from '../objective/expression.js';
import { drift } from '../objective/terms.js';
import type { ParameterizationChoice } from '../parameterization/choice.js';
import { prepareRenderer, type Renderer } from '../render/prepareRenderer.js';
import type { RenderArgs, RenderProgress, RenderResult } from '../render/renderArgs.js';
import { renderBatchTask } from '../render/renderBatch.js';
import type { TransformPreset, TransformPresetName } from '../transform/schedule.js';
import { METHOD_DEFAULTS, type Method } from './method.js';

/** Options of {@link prepareVisualization}. */
export interface VisualizationOptions {
  readonly objective: Expression;
  readonly preprocessing: Preprocessing;
  /** Default: Fourier. */
  readonly method?: Method;
  /** What the network sees at a time: one number for squares. Default: its own size where that is fixed, else 128. */
  readonly sizePx?: number | PictureSize;
  /** Default: as suits the method. */
  readonly steps?: number;
  readonly transforms?: TransformPresetName | TransformPreset;
  readonly rules?: RuleChoice;
  /** Pictures optimised together; default 4, or what the network insists on. */
  readonly batch?: number;
}

/** A renderer with everything else that a render of it takes. */
export interface Visualization {
  readonly renderer: Renderer;
  readonly defaults: Pick<RenderArgs, 'steps' | 'transforms' | 'keep'>;
  /** What every picture starts from, or null: noise. */
  readonly start: Uint8Array | null;
}

/** Side of pictures for networks that take any, as Lucid's. */
const SIDE_PX = 128;
const BATCH = 4;

/**
 * Prepares pictures of one objective by a method, with the settings that suit it.
 *
 * @throws as {@link prepareRenderer}; RangeError where MACO has no pictures.
 */
export function prepareVisualization(source: ModelSource, options: VisualizationOptions): Visualization {
  const { preprocessing, method = { kind: 'fourier' }, rules } = options;
  const defaults = METHOD_DEFAULTS[method.kind];
  const window = windowOf(source, options);
  const enlarged = (px: number): number => (defaults.pictureSides === 1 ? px : 2 * Math.round((px * defaults.pictureSides) / 2));
  const size = { widthPx: enlarged(window.widthPx), heightPx: enlarged(window.heightPx) };
  const objective = method.kind === 'accentuation' ? sum(options.objective, drift(method.near)) : options.objective;
  const renderer = prepareRenderer(source, {
    objective,
    preprocessing,
    sizePx: size,
    windowPx: window,
    batch: batchOf(source, options, method),
    parameterization: parameterizationOf(method, { ...size, planes: preprocessing.mean.length }),
    ...(rules === undefined ? {} : { rules }),
  });
  return {
    renderer,
    defaults: {
      steps: options.steps ?? defaults.steps,
      transforms: options.transforms ?? defaults.transforms,
      ...(method.kind === 'accentuation' && method.keep !== undefined ? { keep: method.keep } : {}),
    },
    start: method.kind === 'accentuation' ? resizePicture(method.picture, size.widthPx, size.heightPx).data : null,
  };
}

/** What one call of {@link visualize} makes. */
export interface VisualizeArgs {
  /** One picture a seed. */
  readonly seeds: readonly number[];
  /** The first target of each picture, [seeds, channels]; default the expression's own. */
  readonly targets?: Float32Array;
  readonly importance?: boolean;
  readonly signal?: AbortSignal;
  /** Told the step and the objective of every picture of a batch; `from` is the batch's first picture. */
  readonly onProgress?: (progress: RenderProgress & { readonly from: number }) => void;
}

/** Pictures and how well they do; arrays as in {@link RenderResult}. */
export type Visualized = Pick<RenderResult, 'pictures' | 'scores' | 'dots' | 'cosines' | 'importance'> & PictureSize;

/**
 * Makes pictures of a prepared objective, in batches over the pool's workers.
 *
 * @throws RangeError where pictures that are to differ from each other do not fit one batch.
 * @example
 * const visualization = prepareVisualization(source, { objective: channel(layer.tensor, 17), preprocessing });
 * const { pictures } = await visualize(pool, visualization, { seeds: [1, 2, 3] });
 */
export async function visualize(
  pool: WorkerPool,
  { renderer, defaults, start }: Visualization,
  { seeds, targets, importance = false, signal, onProgress }: VisualizeArgs,
): Promise<Visualized> {
  const { batch, channels, widthPx, heightPx } = renderer;
  const parts = Array.from({ length: Math.ceil(seeds.length / batch) }, async (_, p) => {
    const from = p * batch;
    const own = seeds.slice(from, from + batch);
    const args: RenderArgs = {
      renderer,
      seeds: own,
      ...defaults,
      importance,
      ...(targets === undefined ? {} : { targets: targets.slice(from * channels, (from + own.length) * channels) }),
      ...(start === null ? {} : { startPictures: own.map(() => start) }),
    };
    return pool.run<RenderArgs, RenderResult>(renderBatchTask, args, {
      ...(signal === undefined ? {} : { signal }),
      onProgress: (value) => onProgress?.({ ...(value as RenderProgress), from }),
    });
  });
  const results = await Promise.all(parts);
  const join = (of: (result: RenderResult) => Float32Array): Float32Array =>
    Float32Array.from(results.flatMap((r) => [...of(r)]));
  const size = widthPx * heightPx * 3;
  const pictures = new Uint8Array(seeds.length * size);
  for (const [p, result] of results.entries()) pictures.set(result.pictures, p * batch * size);
  return {
    widthPx,
    heightPx,
    pictures,
    scores: join(({ scores }) => scores),
    dots: join(({ dots }) => dots),
    cosines: join(({ cosines }) => cosines),
    importance: importance ? join((result) => result.importance!) : null,
  };
}

function windowOf(source: ModelSource, { sizePx }: VisualizationOptions): PictureSize {
  const { width, height } = imageInput(source.model);
  if (sizePx !== undefined) return typeof sizePx === 'number' ? { widthPx: sizePx, heightPx: sizePx } : sizePx;
  return { widthPx: width ?? height ?? SIDE_PX, heightPx: height ?? width ?? SIDE_PX };
}

function batchOf(source: ModelSource, { batch = BATCH, objective }: VisualizationOptions, method: Method): number {
  const fixed = imageInput(source.model).batch;
  if (fixed === null) return batch;
  const rows = method.kind === 'accentuation' ? fixed / 2 : fixed;
  if (!Number.isInteger(rows))
    throw new RangeError(
      `The model insists on batches of ${fixed} picture, but accentuation runs pictures and their starts in pairs.`,
    );
  if (batch !== rows && termsOf(objective).some(({ kind }) => kind === 'alikeness'))
    throw new RangeError(`The model insists on batches of ${fixed}: ${rows} diverse pictures can be made, not ${batch}.`);
  return rows;
}

function parameterizationOf(method: Method, size: PictureSize & { planes: number }): ParameterizationChoice {
  if (method.kind === 'maco') return { kind: 'maco', magnitude: method.spectrum(size) };
  if (method.kind === 'fourier') return { kind: 'fourier', ...(method.decay === undefined ? {} : { decay: method.decay }) };
  return { kind: method.kind === 'pixels' ? 'pixels' : 'fourier' };
}
