import { jvp } from '@incognita/autodiff';
import { sessionSource, type WorkerPool } from '@incognita/runtime';
import { type RenderArgs, renderBatchTask } from '@incognita/vision';
import { scanPictures } from '@incognita/workspace';
import { interior } from '../collect/positions.js';
import type { PrepareArgs } from '../pictures/prepare.task.node.js';
import { randomFor } from '../random.js';
import { taskRef } from '../tasks.js';
import { defaultEpochs } from '../umap/umap.js';
import type { AtlasContext, AtlasOptions } from './options.js';
import { prepareIcons } from './prepareIcons.js';
import { prepareRun, type Run, type RunLayer } from './prepareRun.node.js';
import { stopwatch } from './stopwatch.js';

/** What a run will take, from a calibration of a few seconds on this machine as busy as it is now. */
export interface Estimate {
  /** Seconds by stage, all layers together. */
  readonly seconds: Readonly<Record<'pictures' | 'collect' | 'layout' | 'patches' | 'classes' | 'icons', number>>;
  /** Peak memory of the process. */
  readonly memoryBytes: number;
}

/** Share of a grid's cells that a map typically fills. */
const FILLED = 0.65;
const SAMPLE_PICTURES = 6;
const FEW_POINTS = 512;
const MANY_POINTS = 6144;
const SAMPLE_NEIGHBORS = 15;
const SAMPLE_EPOCHS = 20;
const SAMPLE_STEPS = 4;

/**
 * Seconds and memory of {@link buildAtlas} with these options, by timing a few pictures, one forward batch, a small layout, and one
 * step of a batch of icons. Finished stages of an earlier run are not taken into account.
 */
export async function estimate(options: AtlasOptions, context: Pick<AtlasContext, 'pool' | 'signal'>): Promise<Estimate> {
  const { pool, signal } = context;
  const run = await prepareRun(options, context);
  const { pictures } = await scanPictures(options.picturesDir);
  const workers = pool.size;
  const perPicture = await timePictures(
    run,
    pictures.map(({ file }) => file),
    pool,
    signal,
  );
  const forward = await timeForward(run, pool, signal);
  const seconds = { pictures: 0, collect: 0, layout: 0, patches: 0, classes: 0, icons: 0 };
  const batches = pictures.length / run.setup.batch;
  seconds.pictures = (perPicture * pictures.length) / workers;
  seconds.collect = (forward * batches + perPicture * pictures.length * 0.5) / workers;
  let memoryBytes = 300e6 + 80e6 * workers;
  for (const layer of run.layers) {
    const { rows, columns } = interior(layer.map.height, layer.map.width);
    const points = Math.max(pictures.length, Math.min(run.activations, pictures.length * rows * columns));
    const { query, pair, visit } = await timeLayout(layer, pool, signal);
    const edges = points * run.preset.umap.neighbors * 1.5;
    seconds.layout += ((query + pair * points) * points) / workers + visit * edges * defaultEpochs(points);
    const cells = run.grids.map((size) => Math.min(size * size * FILLED, points / run.preset.minMembers));
    seconds.patches += (perPicture * cells.reduce((a, b) => a + b, 0)) / workers + 1e-9 * points * layer.map.channels * 40;
    if (run.classes !== null && run.noClasses === null) {
      const tangents = Math.min(points / pictures.length, layer.map.height * layer.map.width);
      seconds.classes += ((await timeTangents(run, layer, Math.ceil(tangents), pool, signal)) * pictures.length) / workers;
    }
    const bytes = points * layer.map.channels * 4;
    memoryBytes += bytes * (1 + 2 * Math.min(workers, 2));
    if (run.icons === 'none') continue;
    const icons = cells.map((count) => (typeof run.icons === 'number' ? Math.min(run.icons, count) : count));
    const { step, sizePx, batch } = await timeIcons(run, layer, pool, signal);
    const { steps, warmSteps, tries } = run.preset.icon;
    seconds.icons +=
      icons.reduce((sum, count, g) => sum + count * (g === 0 || warmSteps === null ? steps : warmSteps) * tries * step, 0) /
      workers;
    memoryBytes = Math.max(memoryBytes, 300e6 + bytes + workers * (100e6 + sizePx * sizePx * batch * 2700));
  }
  return { seconds, memoryBytes: Math.round(memoryBytes) };
}

type Signal = AbortSignal | undefined;

async function timePictures(run: Run, files: string[], pool: WorkerPool, signal: Signal): Promise<number> {
  const every = Math.max(1, Math.floor(files.length / SAMPLE_PICTURES));
  const some = files.filter((_, i) => i % every === 0).slice(0, SAMPLE_PICTURES);
  const args: PrepareArgs = {
    folder: run.setup.folder,
    files: some,
    preprocessing: run.preprocessing,
    scale: run.pictureScale,
    maxMegapixels: run.maxMegapixels,
    quality: 85,
  };
  const prepare = taskRef('pictures/prepare.task.node', 'preparePictures');
  await pool.run(prepare, { ...args, files: some.slice(0, 1) }, { signal });
  const clock = stopwatch();
  await pool.run(prepare, args, { signal });
  return clock() / some.length;
}

/** Seconds of one batch. {@link prepareRun} has opened the session already. */
async function timeForward({ setup }: Run, pool: WorkerPool, signal: Signal): Promise<number> {
  const clock = stopwatch();
  await pool.run(taskRef('collect/collect.task.node', 'probeShapes'), { ...setup, outputs: [] }, { signal });
  return clock();
}

interface LayoutRates {
  /** Seconds for one point's neighbours whatever the number of points. */
  readonly query: number;
  /** Seconds to score one pair of points. */
  readonly pair: number;
  /** Seconds of one visit of an edge. */
  readonly visit: number;
}

async function timeLayout({ map: { channels } }: RunLayer, pool: WorkerPool, signal: Signal): Promise<LayoutRates> {
  const random = randomFor('calibration', channels);
  const data = Float32Array.from({ length: MANY_POINTS * channels }, () => random.uniform());
  const few = data.slice(0, FEW_POINTS * channels);
  const args = { channels, queries: null, from: 0, to: FEW_POINTS, neighbors: SAMPLE_NEIGHBORS, metric: 'cosine' };
  const nearest = taskRef('knn/nearest.task', 'nearest');
  await pool.run(nearest, { ...args, keys: few, to: 8 }, { signal });
  const clock = stopwatch();
  const lists = await pool.run(nearest, { ...args, keys: few }, { signal });
  const small = clock();
  await pool.run(nearest, { ...args, keys: data }, { signal });
  const large = clock();
  const pair = Math.max(0, large - small) / (FEW_POINTS * (MANY_POINTS - FEW_POINTS));
  const query = Math.max(0, small / FEW_POINTS - pair * FEW_POINTS);
  const start = Float32Array.from({ length: 2 * FEW_POINTS }, () => random.gaussian());
  const layOut = async (epochs: number): Promise<number> => {
    clock();
    await pool.run(taskRef('umap/umap.task', 'umapLayout'), { lists, start, options: { seed: 0, epochs } }, { signal });
    return clock();
  };
  // The first run compiles the loop; the difference of the others leaves out what does not grow with the epochs.
  await layOut(SAMPLE_EPOCHS);
  const short = await layOut(SAMPLE_EPOCHS);
  const long = await layOut(11 * SAMPLE_EPOCHS);
  return { query, pair, visit: Math.max(0, long - short) / (FEW_POINTS * SAMPLE_NEIGHBORS * 1.5 * 10 * SAMPLE_EPOCHS) };
}

/** Seconds of the class effects of one picture. */
async function timeTangents(run: Run, layer: RunLayer, tangents: number, pool: WorkerPool, signal: Signal): Promise<number> {
  const model = jvp(run.source.model, { of: run.classes!.tensor, wrt: layer.tensor, repeat: true });
  const args = {
    ...run.setup,
    batch: 1,
    session: sessionSource(run.source, model),
    outputs: [],
    others: { [`tangent:${layer.tensor}`]: [tangents, ...layer.dims.slice(1)] },
  };
  const probe = taskRef('collect/collect.task.node', 'probeShapes');
  await pool.run(probe, args, { signal });
  const clock = stopwatch();
  await pool.run(probe, args, { signal });
  return clock();
}

/** Seconds of one step of one icon, the side of the icons, and how many are taken together. */
async function timeIcons(
  run: Run,
  layer: RunLayer,
  pool: WorkerPool,
  signal: Signal,
): Promise<{ step: number; sizePx: number; batch: number }> {
  const { renderer } = prepareIcons(run, layer);
  const count = renderer.batch;
  const args: RenderArgs = {
    renderer,
    targets: new Float32Array(count * renderer.channels).fill(1),
    seeds: Array.from({ length: count }, (_, i) => i),
    steps: 1,
    scoreTransforms: 1,
  };
  const clock = stopwatch();
  // All workers at once, as they will be: they share the memory's bandwidth.
  const render = async (steps: number): Promise<number> => {
    clock();
    await Promise.all(Array.from({ length: pool.size }, () => pool.run(renderBatchTask, { ...args, steps }, { signal })));
    return clock();
  };
  await render(1);
  const few = await render(1);
  const more = await render(1 + SAMPLE_STEPS);
  return { step: Math.max(more - few, more / 2) / SAMPLE_STEPS / count, sizePx: renderer.widthPx, batch: count };
}
