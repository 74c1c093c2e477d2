import { loadModelSource, type SessionSource, sessionSource, type TaskRef, WorkerPool } from '@incognita/runtime';
import { sizeOf } from '../network/parameter.js';
import type { OptimizerOptions } from '../optimizer/optimizer.js';
import { type Schedule, scheduleFactor } from '../optimizer/schedule.js';
import type { BatchSource } from './batchSource.js';
import type { Checkpoint } from './checkpoint.js';
import { TrainingDivergedError } from './errors.js';
import { initialValues } from './initialValues.js';
import { gradientGraph, layOut, type TrainingProblem } from './problem.js';
import { type SharedState, sharedState } from './shared.js';
import type { RangeArgs, ShardArgs, ShardResult } from './step.task.node.js';

/** Options of {@link train}. */
export interface TrainOptions {
  readonly problem: TrainingProblem;
  readonly batches: BatchSource;
  /** Examples of one step. */
  readonly batchSize: number;
  readonly steps: number;
  readonly optimizer: OptimizerOptions;
  /** The schedule's peak. */
  readonly learningRate: number;
  /** Default constant. */
  readonly schedule?: Schedule;
  readonly seed: number;
  /** Gradients whose norm over all parameters is larger are scaled down to it. Source: Pascanu et al. 2013. */
  readonly clipNorm?: number;
  /**
   * Keeps an exponential moving average of the parameters with this decay (Polyak and Juditsky 1992). Early on the decay is (1 + t) / (10 + t) after t
   * steps where that is less, so that the average forgets the initial values (TensorFlow's ExponentialMovingAverage with `num_updates`).
   */
  readonly averageDecay?: number;
  /** Share of each batch's statistics in the running ones; default 0.05. */
  readonly statisticsRate?: number;
  /**
   * A step's batch is cut into so many parts that workers share; batch normalization sees a part. The result depends on it, and not on the number of
   * workers. Default 2.
   */
  readonly shards?: number;
  /** Default: as many as shards. */
  readonly workers?: number;
  /** Works here instead of in workers of its own, and leaves the pool open. */
  readonly pool?: WorkerPool;
  /** Goes on from here. */
  readonly resume?: Checkpoint;
  /** Called after each step. A promise is awaited before the next step: the place to write checkpoints and to evaluate. */
  readonly onStep?: (report: StepReport) => void | Promise<void>;
  /** Stops after the step in progress; `train` then returns what it has. */
  readonly signal?: AbortSignal;
}

/** What happened in a step. */
export interface StepReport {
  /** Counted from 1. */
  readonly step: number;
  readonly loss: number;
  /** Sums over the batch by name. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly learningRate: number;
  /** Norm of the gradient before it was clipped. */
  readonly gradientNorm: number;
  /** Milliseconds of the slowest part for making its batch and for running the graph, and of the update. */
  readonly dataMs: number;
  readonly runMs: number;
  readonly updateMs: number;
  /** A copy of the run's state. */
  readonly checkpoint: () => Checkpoint;
  /** Ends training after this step. */
  readonly stop: () => void;
}

const task = (name: string): TaskRef => ({
  module: new URL('../../dist/training/step.task.node.js', import.meta.url).href,
  export: name,
});

let runs = 0;

/**
 * Trains the parameters of a problem: gradients by ONNX Runtime in worker threads, a part of each batch a worker; updates in place in shared memory.
 * The same options give the same bytes, wherever a run is stopped and resumed.
 *
 * @throws TrainingDivergedError with the step where the loss or the gradient is no number.
 * @example
 * const problem = classification(multiLayerPerceptron({ inputShape: [2], classes: 2 }));
 * const { values } = await train({ problem, batches, batchSize: 64, steps: 500, optimizer: { kind: 'adam' }, learningRate: 1e-3, seed: 1 });
 */
export async function train(options: TrainOptions): Promise<Checkpoint> {
  const { problem, batchSize, steps, shards = 2, resume } = options;
  if (batchSize % shards !== 0)
    throw new RangeError(
      `A batch of ${batchSize} examples cannot be cut into ${shards} equal parts; change batchSize or shards.`,
    );
  const { slots, total } = layOut(problem.parameters);
  const state = sharedState(total, shards);
  state.values.set(resume?.values ?? initialValues(problem.parameters, options.seed));
  if (resume) {
    state.first.set(resume.first);
    state.second.set(resume.second);
  }
  for (const [i, { offset, size }] of slots.entries())
    if (problem.parameters[i]!.decay) state.decays.fill(1, offset, offset + size);
  const statistics = resume ? Float32Array.from(resume.statistics) : initialStatistics(problem);
  const average = options.averageDecay === undefined ? null : Float32Array.from(resume?.average ?? state.values);
  const source = await loadModelSource(gradientGraph(problem, batchSize / shards));
  const pool = options.pool ?? new WorkerPool({ workers: options.workers ?? shards });
  const run: Run = { options, pool, state, session: sessionSource(source), name: `run ${++runs}`, slots, shards };
  let stopped = false;
  let step = resume?.step ?? 0;
  try {
    while (step < steps && !stopped && !options.signal?.aborted) {
      const results = await gradients(run, step);
      const loss = mean(results.map((result) => result.kept[problem.loss]![0]!));
      if (!Number.isFinite(loss)) throw new TrainingDivergedError(step, loss, 'loss');
      const began = performance.now();
      const squares = await Promise.all(ranges(run).map((range) => pool.run<RangeArgs, number>(task('meanGradient'), range)));
      const gradientNorm = Math.sqrt(squares.reduce((a, b) => a + b, 0));
      if (!Number.isFinite(gradientNorm)) throw new TrainingDivergedError(step, loss, 'gradient');
      const learningRate = options.learningRate * scheduleFactor(options.schedule ?? { kind: 'constant' }, step, steps);
      await update(run, step, learningRate, gradientNorm);
      if (average) moveAverage(average, state.values, Math.min(options.averageDecay!, (1 + step) / (10 + step)));
      follow(statistics, problem, results, options.statisticsRate ?? 0.05);
      step++;
      const at = step;
      await options.onStep?.({
        step,
        loss,
        metrics: Object.fromEntries(
          problem.metrics.map((name) => [name, results.reduce((sum, { kept }) => sum + kept[name]![0]!, 0)]),
        ),
        learningRate,
        gradientNorm,
        dataMs: Math.max(...results.map((result) => result.dataMs)),
        runMs: Math.max(...results.map((result) => result.runMs)),
        updateMs: performance.now() - began,
        checkpoint: () => checkpointOf(at, state, average, statistics),
        stop: () => {
          stopped = true;
        },
      });
    }
    return checkpointOf(step, state, average, statistics);
  } finally {
    pool.drop(run.session.key);
    if (!options.pool) await pool.dispose();
  }
}

interface Run {
  readonly options: TrainOptions;
  readonly pool: WorkerPool;
  readonly state: SharedState;
  readonly session: SessionSource;
  readonly name: string;
  readonly slots: ShardArgs['slots'];
  readonly shards: number;
}

function gradients({ options, pool, state, session, name, slots, shards }: Run, step: number): Promise<ShardResult[]> {
  const { problem, batches, batchSize, seed } = options;
  const keep = [problem.loss, ...problem.metrics, ...problem.statistics.map((statistic) => statistic.name)];
  const common = {
    run: name,
    session,
    batches,
    slots,
    masks: problem.masks,
    noise: problem.noise ?? [],
    keep,
    state,
    seed,
    step,
    examples: batchSize / shards,
  };
  return Promise.all(
    Array.from({ length: shards }, (_, shard) => pool.run<ShardArgs, ShardResult>(task('gradientOfShard'), { ...common, shard })),
  );
}

/** The flat parameters in as many ranges as there are shards: sums must not depend on how many workers there are. */
function ranges({ state, shards }: Run): RangeArgs[] {
  const bound = (i: number): number => Math.floor((state.values.length * i) / shards);
  return Array.from({ length: shards }, (_, i) => ({ state, shards, from: bound(i), to: bound(i + 1) }));
}

async function update(run: Run, step: number, learningRate: number, gradientNorm: number): Promise<void> {
  const { optimizer, clipNorm = Infinity } = run.options;
  const gradientFactor = gradientNorm > clipNorm ? clipNorm / gradientNorm : 1;
  const tasks = ranges(run).map(({ state, from, to }) => ({
    state,
    optimizer,
    step: { learningRate, update: step + 1, gradientFactor, from, to },
  }));
  await Promise.all(tasks.map((args) => run.pool.run(task('update'), args)));
}

function initialStatistics(problem: TrainingProblem): Float32Array {
  return Float32Array.from(problem.statistics.flatMap(({ dims, initial }) => new Array<number>(sizeOf(dims)).fill(initial)));
}

function moveAverage(average: Float32Array, values: Float32Array, decay: number): void {
  for (let i = 0; i < average.length; i++) average[i]! += (1 - decay) * (values[i]! - average[i]!);
}

/** Moves the running statistics towards the mean of the shards'. */
function follow(statistics: Float32Array, problem: TrainingProblem, results: readonly ShardResult[], rate: number): void {
  let at = 0;
  for (const { name, dims } of problem.statistics)
    for (let i = 0; i < sizeOf(dims); i++, at++)
      statistics[at]! += rate * (mean(results.map(({ kept }) => kept[name]![i]!)) - statistics[at]!);
}

function checkpointOf(step: number, state: SharedState, average: Float32Array | null, statistics: Float32Array): Checkpoint {
  const copy = (values: Float32Array): Float32Array => Float32Array.from(values);
  const { values, first, second } = state;
  return {
    step,
    values: copy(values),
    first: copy(first),
    second: copy(second),
    average: average && copy(average),
    statistics: copy(statistics),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
