import type { Checkpoint } from './checkpoint.js';
import { TrainingDivergedError } from './errors.js';
import { type StepReport, type TrainOptions, train } from './train.node.js';

/** How many steps lie between two reports. */
const REPORT_EVERY = 10;

/** What of a checkpoint a finished network is made of: all parameters, or their average, and all running statistics. */
export type CourseWeights = Pick<Checkpoint, 'values' | 'statistics'>;

/** How far a course is beside its weights; plain JSON. */
export interface CourseProgress {
  /** Steps since the last report, and the sum of their losses. */
  readonly window: { readonly steps: number; readonly loss: number };
  readonly best: { readonly step: number; readonly loss: number } | null;
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
  readonly learningRate: number;
  readonly gradientNorm: number;
  /** Milliseconds of a step: in all, for making the batch, for running the graph, for the update. */
  readonly ms: { readonly step: number; readonly data: number; readonly run: number; readonly update: number };
}

/** What is settled and what is called on the way of {@link trainCourse}. */
export interface CourseOptions {
  readonly train: Omit<TrainOptions, 'onStep' | 'resume'>;
  readonly evaluateEvery: number;
  /** Evaluations in a row without a better one after which training ends; null: never. */
  readonly patience: number | null;
  /** Whether the weights of the smallest held-out loss are kept, or the last. */
  readonly keep: 'best' | 'final';
  /** Default 250. */
  readonly checkpointEvery?: number;
  readonly resume?: { readonly checkpoint: CourseCheckpoint; readonly best: CourseWeights | null };
  /** Held-out loss of weights; null where nothing was held out. */
  readonly evaluate: (weights: CourseWeights, step: number) => Promise<number | null>;
  /** Each is awaited before training goes on. */
  readonly onReport?: (report: CourseReport) => void | Promise<void>;
  readonly onEvaluation?: (evaluation: { step: number; loss: number; best: boolean }) => void | Promise<void>;
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
export async function trainCourse(
  options: CourseOptions,
): Promise<{ readonly weights: CourseWeights; readonly step: number; readonly steps: number }> {
  const { resume, patience, keep, evaluateEvery, checkpointEvery = 250 } = options;
  const { steps, signal } = options.train;
  const run = {
    ...(resume?.checkpoint.progress ?? { window: EMPTY, best: null, waited: 0 }),
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
    const loss = await options.evaluate(weights, step);
    if (loss === null) return;
    const best = run.best === null || loss < run.best.loss;
    run.waited = best ? 0 : run.waited + 1;
    if (best) {
      run.best = { step, loss };
      if (keep === 'best') {
        run.bestWeights = weights;
        await options.onBest?.(weights, step);
      }
    }
    await options.onEvaluation?.({ step, loss, best });
  };
  const tell = async ({ step, learningRate, gradientNorm }: StepReport): Promise<void> => {
    const { timed, ...ms } = run.ms;
    const per = (sum: number): number => sum / Math.max(1, timed);
    await options.onReport?.({
      ...{ step, learningRate, gradientNorm, loss: run.window.loss / run.window.steps },
      ms: { step: per(ms.step), data: per(ms.data), run: per(ms.run), update: per(ms.update) },
    });
    run.window = EMPTY;
    run.ms = { ...NO_TIME };
  };
  let before = performance.now();
  const onStep = async (report: StepReport): Promise<void> => {
    const { step, loss, dataMs, runMs, updateMs } = report;
    const { window, ms } = run;
    run.window = { steps: window.steps + 1, loss: window.loss + loss };
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

const EMPTY: CourseProgress['window'] = { steps: 0, loss: 0 };
const NO_TIME = { timed: 0, step: 0, data: 0, run: 0, update: 0 };

function courseWeights({ values, average, statistics }: Checkpoint): CourseWeights {
  return { values: average ?? values, statistics };
}
