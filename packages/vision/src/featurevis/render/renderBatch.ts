import { createRandom, type Random, type TaskContext, type TaskRef, type Tensor, type WorkerSession } from '@incognita/runtime';
import { createParameterization } from '../parameterization/choice.js';
import { PARAMETERS, type Parameterization } from '../parameterization/parameterization.js';
import { createResampling, planResampling, resample, resampleAdjoint } from '../transform/resample.js';
import { drawTransform, TRANSFORM_PRESETS, type TransformPreset } from '../transform/schedule.js';
import { addNoise } from './addNoise.js';
import { climber } from './climber.js';
import { driftBalance } from './driftBalance.js';
import { COSINE, DRIFT, RGB, SCORE, targetName } from './objectiveGraph.js';
import { PARAMETER_GRADIENT, PICTURE, PICTURE_GRADIENT } from './parameterGraphs.js';
import { picturesToBytes, rgbOf } from './pictureBytes.js';
import { watchPlateau } from './plateau.js';
import { checkRenderArgs, type RenderArgs, type RenderResult, targetsOf } from './renderArgs.js';
import { scorePictures } from './scorePictures.js';

/** After so many rescued steps a picture whose units stay dead is left as it is. */
const RESCUE_STEPS = 64;
const PROGRESS_STEPS = 16;
/** What the network's gradient is called. */
const GRADIENT = `grad:${RGB}`;

/** Names {@link renderBatch} for `WorkerPool.run`. */
export const renderBatchTask: TaskRef = {
  module: new URL(/* @vite-ignore */ '../../../dist/featurevis/render/renderBatch.js', import.meta.url).href,
  export: 'renderBatch',
};

/**
 * A task for a worker: optimises a batch of pictures, each for its own target. A step turns parameters into pictures, moves each by its own random
 * transform, runs network, objective and gradient once for the batch, takes the gradient back through the transform's adjoint and
 * the parameterization's, and lets the optimizer climb.
 *
 * A picture whose whole gradient is zero, because all units that it should excite are dead, takes for that step the gradient that rectifiers redirect
 * (tensorflow/lucid `lucid/misc/redirected_relu_grad.py`): it pushes those units up.
 *
 * @throws RangeError where sizes do not fit; the caller's reason when cancelled, between steps.
 * @example const { pictures } = await pool.run<RenderArgs, RenderResult>(renderBatchTask, { renderer, seeds: [1, 2, 3] });
 */
export async function renderBatch(args: RenderArgs, context: TaskContext): Promise<RenderResult> {
  checkRenderArgs(args);
  const { renderer, seeds, steps = 512 } = args;
  const { batch, widthPx, heightPx, window, planes, references } = renderer;
  const count = seeds.length;
  const preset = presetOf(args);
  const parameterization = createParameterization(renderer.parameterization, renderer);
  const randoms = seeds.map(createRandom);
  const sessions = await open(renderer, context);
  const targets = targetFeeds(args);
  const { size } = parameterization;
  const parameters = new Float32Array(batch * size);
  for (let i = 0; i < count; i++) parameters.set(start(args, i, parameterization, randoms[i]!), i * size);
  const climb = climber(args, parameters.length);
  const rescuedSteps = new Int32Array(count);
  const watched = args.earlyStop?.measure === 'score' || !renderer.measures ? SCORE : COSINE;
  const plateau = args.earlyStop ? watchPlateau(count, args.earlyStop) : () => false;
  const resamplings = seeds.map(() => createResampling(window, { from: renderer, planes }));
  const sizes = { picture: { widthPx, heightPx }, window };
  const pictureDims = [batch, planes, heightPx, widthPx];
  const seenSize = planes * window.heightPx * window.widthPx;
  const rows = references ? 2 * batch : batch;
  const seen = new Float32Array(rows * seenSize);
  const pulled = new Float32Array(batch * planes * heightPx * widthPx);
  const importance = args.importance ? new Float32Array(count * heightPx * widthPx) : null;
  const picture = async (): Promise<Float32Array> =>
    (await sessions.picture.run({ [PARAMETERS]: floats([batch, size], parameters) }))[PICTURE]!.data as Float32Array;
  const bytesNow = async () => picturesToBytes(await picture(), count, planes, widthPx * heightPx);
  // The pictures that an objective with a drift stays near to.
  const origin = references ? (await picture()).slice() : null;
  const balance = origin ? driftBalance(batch, args.keep ?? 1) : null;

  let step = 0;
  while (step < steps) {
    context.throwIfAborted();
    const current = await picture();
    pulled.fill(0);
    const scores = new Float32Array(count);
    const watch = new Float32Array(count);
    const repeats = preset.repeats ?? 1;
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (let i = 0; i < count; i++) {
        const resampling = resamplings[i]!;
        planResampling(resampling, drawTransform(preset, randoms[i]!, sizes));
        resample(resampling, current, seen, i, preset.padValue);
        if (origin) resample(resampling, origin, seen.subarray(batch * seenSize), i, preset.padValue);
        if (preset.noise) addNoise(seen.subarray(i * seenSize, (i + 1) * seenSize), preset.noise, randoms[i]!);
      }
      const feeds = { [RGB]: floats([rows, planes, window.heightPx, window.widthPx], seen), ...targets };
      const result = balance ? await balance(step, feeds, sessions.gradient) : await sessions.gradient.run(feeds);
      const gradient = result[GRADIENT]!.data as Float32Array;
      await rescue(feeds, gradient);
      for (let i = 0; i < count; i++) {
        resampleAdjoint(resamplings[i]!, gradient, pulled, i);
        scores[i]! += (result[SCORE]!.data[i] as number) / repeats;
        watch[i]! += (result[watched]!.data[i] as number) / repeats;
      }
    }
    if (importance) addImportance(importance, pulled, planes, heightPx * widthPx);
    const back = await sessions.parameters.run({
      [PICTURE]: floats(pictureDims, current),
      [PICTURE_GRADIENT]: floats(pictureDims, pulled),
      ...(renderer.nonlinear ? { [PARAMETERS]: floats([batch, size], parameters) } : {}),
    });
    step++;
    climb(parameters, back[PARAMETER_GRADIENT]!.data as Float32Array, step);
    if (step % PROGRESS_STEPS === 0) {
      const preview = args.previews ? { pictures: rgbOf(await bytesNow(), planes) } : {};
      context.progress({ step, steps, scores: [...scores], ...preview });
    }
    if (plateau(watch)) break;
  }
  const bytes = await bytesNow();
  const scores = await scorePictures({ ...args, bytes, origin, targets, preset }, sessions.score);
  const pictures = rgbOf(bytes, planes);
  return context.transfer([pictures.buffer as ArrayBuffer], {
    pictures,
    planes: planes === 1 || planes === 3 ? null : bytes,
    ...scores,
    importance,
    steps: step,
    rescuedSteps,
  });

  async function rescue(feeds: Readonly<Record<string, Tensor>>, gradient: Float32Array): Promise<void> {
    const dead = seeds.flatMap((_, i) =>
      rescuedSteps[i]! < RESCUE_STEPS && isZero(gradient, i * seenSize, seenSize) ? [i] : [],
    );
    if (dead.length === 0) return;
    const session = await context.openSession(renderer.sessions.rescue);
    const other = (await session.run(withoutCotangents(feeds)))[GRADIENT]!.data as Float32Array;
    await session.dispose();
    for (const i of dead) {
      gradient.set(other.subarray(i * seenSize, (i + 1) * seenSize), i * seenSize);
      rescuedSteps[i]!++;
    }
  }
}

type Renderer = RenderArgs['renderer'];
type Sessions = Record<Exclude<keyof Renderer['sessions'], 'rescue'>, WorkerSession>;

async function open({ sessions }: Renderer, context: TaskContext): Promise<Sessions> {
  return {
    picture: await context.openSession(sessions.picture),
    parameters: await context.openSession(sessions.parameters),
    gradient: await context.openSession(sessions.gradient),
    score: await context.openSession(sessions.score),
  };
}

function withoutCotangents(feeds: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(feeds).filter(([name]) => name !== `cotangent:${SCORE}` && name !== `cotangent:${DRIFT}`),
  );
}

function start(
  { startPictures, startStrength = 1, renderer }: RenderArgs,
  i: number,
  parameterization: Parameterization,
  random: Random,
): Float32Array {
  const { noiseDeviation } = parameterization;
  const data = startPictures?.[i];
  if (!data) return parameterization.noise(random, noiseDeviation);
  const parameters = parameterization.fromPicture({ width: renderer.widthPx, height: renderer.heightPx, data });
  if (startStrength === 1) return parameters;
  const noise = parameterization.noise(random, noiseDeviation);
  return parameters.map((value, k) => startStrength * value + (1 - startStrength) * noise[k]!);
}

/** Targets of a full batch by the name of their input: places without a picture repeat the last one. */
function targetFeeds(args: RenderArgs): Record<string, Tensor> {
  const { batch, targets } = args.renderer;
  const count = args.seeds.length;
  const feeds = targetsOf(args).map((given, k) => {
    const { size } = targets[k]!;
    const data = new Float32Array(batch * size);
    for (let i = 0; i < batch; i++) {
      const from = Math.min(i, count - 1) * size;
      data.set(given.subarray(from, from + size), i * size);
    }
    return [targetName(k), floats([batch, size], data)] as const;
  });
  return Object.fromEntries(feeds);
}

function presetOf({ transforms = 'standard' }: RenderArgs): TransformPreset {
  return typeof transforms === 'string' ? TRANSFORM_PRESETS[transforms] : transforms;
}

function addImportance(importance: Float32Array, gradient: Float32Array, planes: number, pixels: number): void {
  for (let k = 0; k < importance.length; k++) {
    const at = Math.floor(k / pixels) * planes * pixels + (k % pixels);
    for (let p = 0; p < planes; p++) importance[k]! += Math.abs(gradient[at + p * pixels]!);
  }
}

function floats(dims: readonly number[], data: Float32Array): Tensor {
  return { dtype: 'float32', dims, data };
}

function isZero(values: Float32Array, offset: number, length: number): boolean {
  for (let i = offset; i < offset + length; i++) if (values[i] !== 0) return false;
  return true;
}
