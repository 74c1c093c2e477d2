import type { TaskContext, TaskRef, Tensor, WorkerSession } from '@incognita/runtime';
import { createRandom, type Random } from '@incognita/runtime';
import { createParameterization } from '../parameterization/choice.js';
import { PARAMETERS, type Parameterization } from '../parameterization/parameterization.js';
import type { Affine } from '../transform/affine.js';
import { createResampling, planResampling, resample, resampleAdjoint } from '../transform/resample.js';
import { drawTransform, TRANSFORM_PRESETS, type TransformPreset } from '../transform/schedule.js';
import { adamAscent, adamState } from './adam.js';
import { COSINE, DOT, RGB, SCORE, TARGETS } from './objectiveGraph.js';
import { PARAMETER_GRADIENT, PICTURE, PICTURE_GRADIENT } from './parameterGraphs.js';
import { watchPlateau } from './plateau.js';
import { checkRenderArgs, type RenderArgs, type RenderResult } from './renderArgs.js';

/** Deviation of the noise that pictures start from. Source: tensorflow/lucid `lucid/optvis/param/images.py`. */
const NOISE = 0.01;
/** After so many rescued steps a picture whose units stay dead is left as it is. */
const RESCUE_STEPS = 64;
const PROGRESS_STEPS = 16;
/** What the network's gradient is called. */
const GRADIENT = `grad:${RGB}`;
/** Seed of the transforms that finished pictures are scored on. */
const SCORE_SEED = 0;

/** Names {@link renderBatch} for `WorkerPool.run`. */
export const renderBatchTask: TaskRef = {
  module: new URL('../../../dist/featurevis/render/renderBatch.js', import.meta.url).href,
  export: 'renderBatch',
};

/**
 * A task for a worker: optimises a batch of pictures, each for its own target. A step turns parameters into pictures, moves each by its own random
 * transform, runs network, objective and gradient once for the batch, takes the gradient back through the transform's adjoint and
 * the parameterization's, and lets Adam climb.
 *
 * A picture whose whole gradient is zero, because all units that it should excite are dead, takes for that step the gradient that rectifiers redirect
 * (tensorflow/lucid `lucid/misc/redirected_relu_grad.py`): it pushes those units up.
 *
 * @throws RangeError where sizes do not fit; the caller's reason when cancelled, between steps.
 * @example const { pictures } = await pool.run<RenderArgs, RenderResult>(renderBatchTask, { renderer, targets, seeds: [1, 2, 3] });
 */
export async function renderBatch(args: RenderArgs, context: TaskContext): Promise<RenderResult> {
  checkRenderArgs(args);
  const { renderer, seeds, steps = 512, learningRate = 0.05 } = args;
  const { batch, widthPx, heightPx } = renderer;
  const count = seeds.length;
  const preset = presetOf(args);
  const parameterization = createParameterization(renderer.parameterization, renderer);
  const randoms = seeds.map(createRandom);
  const sessions = await open(renderer, context);
  const targets = paddedTargets(args);
  const size = parameterization.size;
  const parameters = new Float32Array(batch * size);
  for (let i = 0; i < count; i++) parameters.set(start(args, i, parameterization, randoms[i]!), i * size);
  const moments = adamState(parameters.length);
  const rescuedSteps = new Int32Array(count);
  const watched = args.earlyStop?.measure === 'score' ? SCORE : COSINE;
  const plateau = args.earlyStop ? watchPlateau(count, args.earlyStop) : () => false;
  const resamplings = seeds.map(() => createResampling(widthPx, heightPx));
  const pictureDims = [batch, 3, heightPx, widthPx];
  const pictureSize = 3 * heightPx * widthPx;
  const moved = new Float32Array(batch * pictureSize);
  const pulled = new Float32Array(batch * pictureSize);

  let step = 0;
  while (step < steps) {
    context.throwIfAborted();
    const picture = (await sessions.picture.run({ [PARAMETERS]: floats([batch, size], parameters) }))[PICTURE]!;
    for (let i = 0; i < count; i++) {
      planResampling(resamplings[i]!, drawTransform(preset, randoms[i]!));
      resample(resamplings[i]!, picture.data as Float32Array, moved, i * pictureSize, preset.padValue);
    }
    const feeds = { [RGB]: floats(pictureDims, moved), [TARGETS]: targets };
    const result = await sessions.gradient.run(feeds);
    const gradient = result[GRADIENT]!.data as Float32Array;
    const dead = seeds.flatMap((_, i) =>
      rescuedSteps[i]! < RESCUE_STEPS && isZero(gradient, i * pictureSize, pictureSize) ? [i] : [],
    );
    if (dead.length > 0) {
      const session = await context.openSession(renderer.sessions.rescue);
      const rescue = (await session.run(feeds))[GRADIENT]!.data as Float32Array;
      await session.dispose();
      for (const i of dead) {
        gradient.set(rescue.subarray(i * pictureSize, (i + 1) * pictureSize), i * pictureSize);
        rescuedSteps[i]!++;
      }
    }
    for (let i = 0; i < count; i++) resampleAdjoint(resamplings[i]!, gradient, pulled, i * pictureSize);
    const back = await sessions.parameters.run({ [PICTURE]: picture, [PICTURE_GRADIENT]: floats(pictureDims, pulled) });
    const slope = back[PARAMETER_GRADIENT]!.data as Float32Array;
    step++;
    adamAscent(parameters, slope, moments, step, learningRate);
    if (step % PROGRESS_STEPS === 0) context.progress({ step, steps });
    if (plateau((result[watched]!.data as Float32Array).subarray(0, count))) break;
  }
  const last = (await sessions.picture.run({ [PARAMETERS]: floats([batch, size], parameters) }))[PICTURE]!;
  const pictures = toBytes(last.data as Float32Array, count, widthPx * heightPx);
  const scores = await score(pictures, targets, preset, args, sessions.score);
  return context.transfer([pictures.buffer as ArrayBuffer], { pictures, ...scores, steps: step, rescuedSteps });
}

type Sessions = Record<Exclude<keyof Renderer['sessions'], 'rescue'>, WorkerSession>;
type Renderer = RenderArgs['renderer'];

async function open({ sessions }: Renderer, context: TaskContext): Promise<Sessions> {
  return {
    picture: await context.openSession(sessions.picture),
    parameters: await context.openSession(sessions.parameters),
    gradient: await context.openSession(sessions.gradient),
    score: await context.openSession(sessions.score),
  };
}

function start(
  { startPictures, startStrength = 1, renderer }: RenderArgs,
  i: number,
  parameterization: Parameterization,
  random: Random,
): Float32Array {
  const data = startPictures?.[i];
  if (!data) return parameterization.noise(random, NOISE);
  const parameters = parameterization.fromPicture({ width: renderer.widthPx, height: renderer.heightPx, data });
  if (startStrength === 1) return parameters;
  const noise = parameterization.noise(random, NOISE);
  return parameters.map((value, k) => startStrength * value + (1 - startStrength) * noise[k]!);
}

/** Scores 8-bit pictures on the same transforms, so that they can be compared with each other and from run to run. */
async function score(
  pictures: Uint8Array,
  targets: Tensor,
  preset: TransformPreset,
  { renderer, seeds, scoreTransforms = 8 }: RenderArgs,
  session: WorkerSession,
): Promise<Pick<RenderResult, 'scores' | 'dots' | 'cosines'>> {
  const { batch, widthPx, heightPx } = renderer;
  const count = seeds.length;
  const pixels = widthPx * heightPx;
  const planes = new Float32Array(batch * 3 * pixels);
  for (let i = 0; i < count; i++)
    for (let p = 0; p < pixels; p++)
      for (let c = 0; c < 3; c++) planes[(i * 3 + c) * pixels + p] = pictures[(i * pixels + p) * 3 + c]! / 255;
  const random = createRandom(SCORE_SEED);
  const transforms: Affine[] = Array.from({ length: scoreTransforms }, () => drawTransform(preset, random));
  const resampling = createResampling(widthPx, heightPx);
  const moved = new Float32Array(planes.length);
  const sums = { scores: new Float32Array(count), dots: new Float32Array(count), cosines: new Float32Array(count) };
  for (const transform of transforms) {
    planResampling(resampling, transform);
    for (let i = 0; i < count; i++) resample(resampling, planes, moved, i * 3 * pixels, preset.padValue);
    const result = await session.run({ [RGB]: floats([batch, 3, heightPx, widthPx], moved), [TARGETS]: targets });
    for (const [into, name] of [
      [sums.scores, SCORE],
      [sums.dots, DOT],
      [sums.cosines, COSINE],
    ] as const)
      for (let i = 0; i < count; i++) into[i]! += (result[name]!.data[i] as number) / transforms.length;
  }
  return sums;
}

/** Targets of a full batch: places without a picture repeat the last one. */
function paddedTargets({ renderer: { batch, channels }, targets, seeds }: RenderArgs): Tensor {
  const data = new Float32Array(batch * channels);
  for (let i = 0; i < batch; i++) {
    const from = Math.min(i, seeds.length - 1) * channels;
    data.set(targets.subarray(from, from + channels), i * channels);
  }
  return floats([batch, channels], data);
}

function presetOf({ transforms = 'standard' }: RenderArgs): TransformPreset {
  return typeof transforms === 'string' ? TRANSFORM_PRESETS[transforms] : transforms;
}

function floats(dims: readonly number[], data: Float32Array): Tensor {
  return { dtype: 'float32', dims, data };
}

function isZero(values: Float32Array, offset: number, length: number): boolean {
  for (let i = offset; i < offset + length; i++) if (values[i] !== 0) return false;
  return true;
}

function toBytes(planes: Float32Array, count: number, pixels: number): Uint8Array {
  const bytes = new Uint8Array(count * pixels * 3);
  for (let i = 0; i < count; i++)
    for (let p = 0; p < pixels; p++)
      for (let c = 0; c < 3; c++) bytes[(i * pixels + p) * 3 + c] = Math.round(planes[(i * 3 + c) * pixels + p]! * 255);
  return bytes;
}
