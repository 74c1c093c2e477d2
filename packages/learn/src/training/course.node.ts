import type { Checkpoint } from './checkpoint.js';
import { TrainingDivergedError } from './errors.js';
import { type StepReport, type TrainOptions, train } from './train.node.js';

/** How many steps lie between two reports. */
const REPORT_EVERY = 10;

/** What of a checkpoint a finished network is made of: all parameters, or their average, and all running statistics. */
export type CourseWeights = Pick<Checkpoint, 'values' | 'statistics'>;

/** Steps since the last report, and sums over them: of their losses, and of the metrics that the course counts. */
export type CourseWindow = Readonly<Record<string, number>> & { readonly steps: number; readonly loss: number };

/** How far a course is beside its weights; plain JSON. */
export interface CourseProgress {
  readonly window: CourseWindow;
  /** The step of the best evaluation, and its score under its name. */
  readonly best: (Readonly<Record<string, number>> & { readonly step: number }) | null;
  /** Evaluations since the best one. */
  readonly waited: number;
}

/** A checkpoint of {@link trainCourse}. */
export interface CourseCheckpoint extends Checkpoint {
  readonly progress: CourseProgress;
}

/** What is told every few steps: means over the steps since the report before. */
export interface CourseReport {
  readonly step: number;
  readonly loss: number;
  /** Of each metric the mean of a step. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly learningRate: number;
  readonly gradientNorm: number;
  /** Milliseconds of a step: in all, for making the batch, for running the graph, for the update. */
  readonly ms: { readonly step: number; readonly data: number; readonly run: number; readonly update: number };
}

/** What is settled and what is called on the way of {@link trainCourse}. */
export interface CourseOptions<E extends Readonly<Record<string, number>>> {
  readonly train: Omit<TrainOptions, 'onStep' | 'resume'>;
  /** Metrics of the problem that are counted between reports; default: none. */
  readonly metrics?: readonly string[];
  /** By which number of an evaluation the best is told. */
  readonly score: { readonly of: keyof E & string; readonly better: 'smaller' | 'larger' };
  readonly evaluateEvery: number;
  /** Evaluations in a row without a better one after which training ends; null: never. */
  readonly patience: number | null;
  /** Whether the weights of the best evaluation are kept, or the last. */
  readonly keep: 'best' | 'final';
  /** Default 250. */
  readonly checkpointEvery?: number;
  readonly resume?: { readonly checkpoint: CourseCheckpoint; readonly best: CourseWeights | null };
  /** How good weights are on what was held out; null where nothing was. */
  readonly evaluate: (weights: CourseWeights, step: number) => Promise<E | null>;
  /** Each is awaited before training goes on. */
  readonly onReport?: (report: CourseReport) => void | Promise<void>;
  readonly onEvaluation?: (evaluation: E & { step: number; best: boolean }) => void | Promise<void>;
  readonly onCheckpoint?: ((checkpoint: CourseCheckpoint) => void | Promise<void>) | undefined;
  /** Called before the checkpoint that speaks of it. */
  readonly onBest?: ((weights: CourseWeights, step: number) => void | Promise<void>) | undefined;
}

/**
 * Trains to the end of a course: reports, evaluations of what was held out, checkpoints, and an early end where it gets no better. A course that goes on from
 * one of its checkpoints gives the same bytes, reports and evaluations as one that was not stopped.
 *
 * @throws TrainingDivergedError; the signal's reason, after the checkpoint of the last step.
 */
export async function trainCourse<E extends Readonly<Record<string, number>>>(
  options: CourseOptions<E>,
): Promise<{ readonly weights: CourseWeights; readonly step: number; readonly steps: number }> {
  const { resume, patience, keep, evaluateEvery, checkpointEvery = 250, metrics = [], score } = options;
  const empty: CourseWindow = { steps: 0, loss: 0, ...Object.fromEntries(metrics.map((name) => [name, 0])) };
  const { steps, signal } = options.train;
  const run = {
    ...(resume?.checkpoint.progress ?? { window: empty, best: null, waited: 0 }),
    bestWeights: resume?.best ?? null,
    saved: resume?.checkpoint.step ?? -1,
    ms: { ...NO_TIME },
  };
  const exhausted = (): boolean => patience !== null && run.waited >= patience;
  const save = async (checkpoint: Checkpoint): Promise<void> => {
    if (checkpoint.step === run.saved) return;
    if (!checkpoint.values.every(Number.isFinite)) throw new TrainingDivergedError(checkpoint.step - 1, Number.NaN, 'gradient');
    const { window, best, waited } = run;
    await options.onCheckpoint?.({ ...checkpoint, progress: { window, best, waited } });
    run.saved = checkpoint.step;
  };
  const measure = async ({ step, checkpoint }: StepReport): Promise<void> => {
    const weights = courseWeights(checkpoint());
    const evaluation = await options.evaluate(weights, step);
    if (evaluation === null) return;
    const [now, before] = [evaluation[score.of]!, run.best?.[score.of]];
    const best = before === undefined || (score.better === 'smaller' ? now < before : now > before);
    run.waited = best ? 0 : run.waited + 1;
    if (best) {
      run.best = { step, [score.of]: now };
      if (keep === 'best') {
        run.bestWeights = weights;
        await options.onBest?.(weights, step);
      }
    }
    await options.onEvaluation?.({ ...evaluation, step, best });
  };
  const tell = async ({ step, learningRate, gradientNorm }: StepReport): Promise<void> => {
    const { timed, ...ms } = run.ms;
    const per = (sum: number): number => sum / Math.max(1, timed);
    const { steps: taken, loss, ...counted } = run.window;
    await options.onReport?.({
      ...{ step, learningRate, gradientNorm, loss: loss / taken },
      metrics: Object.fromEntries(Object.entries(counted).map(([name, sum]) => [name, sum / taken])),
      ms: { step: per(ms.step), data: per(ms.data), run: per(ms.run), update: per(ms.update) },
    });
    run.window = empty;
    run.ms = { ...NO_TIME };
  };
  let before = performance.now();
  const onStep = async (report: StepReport): Promise<void> => {
    const { step, loss, dataMs, runMs, updateMs } = report;
    const { window, ms } = run;
    const counted = metrics.map((name) => [name, window[name]! + report.metrics[name]!]);
    run.window = { steps: window.steps + 1, loss: window.loss + loss, ...Object.fromEntries(counted) };
    run.ms = {
      timed: ms.timed + 1,
      step: ms.step + performance.now() - before,
      data: ms.data + dataMs,
      run: ms.run + runMs,
      update: ms.update + updateMs,
    };
    if (step % REPORT_EVERY === 0 || step === steps) await tell(report);
    if (step % evaluateEvery === 0 || step === steps) await measure(report);
    if (step % checkpointEvery === 0) await save(report.checkpoint());
    if (exhausted()) report.stop();
    before = performance.now();
  };
  const last = exhausted()
    ? resume!.checkpoint
    : await train({ ...options.train, ...(resume && { resume: resume.checkpoint }), onStep });
  await save(last);
  if (last.step < steps && !exhausted()) signal?.throwIfAborted();
  const kept = keep === 'best' && run.best !== null && run.bestWeights !== null;
  const [weights, step] = kept ? [run.bestWeights!, run.best!.step] : [courseWeights(last), last.step];
  return { weights, step, steps: last.step };
}

const NO_TIME = { timed: 0, step: 0, data: 0, run: 0, update: 0 };

function courseWeights({ values, average, statistics }: Checkpoint): CourseWeights {
  return { values: average ?? values, statistics };
}
