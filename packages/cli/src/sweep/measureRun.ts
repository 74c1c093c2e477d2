import { type MeasuredRun, scalingLaws } from '@incognita/learn';
import type { Sweep, SweepRun } from '@incognita/workspace';
import { type FinishedRun, trainingSeconds } from '../training/runInFolder.js';

/** What a finished run tells a sweep: its lowest held-out loss of all evaluations, as early stopping would find it. */
export function measureRun({ run, metrics }: FinishedRun): NonNullable<SweepRun['result']> {
  const heldOut = metrics.flatMap((line) => (line.kind === 'evaluation' && line.loss !== undefined ? [line.loss] : []));
  const training = metrics.flatMap((line) => (line.kind === 'training' ? [line.loss] : []));
  return {
    loss: { heldOut: heldOut.length === 0 ? null : Math.min(...heldOut), training: training.at(-1)! },
    accuracy: run.result!.accuracy,
    seconds: trainingSeconds(metrics),
  };
}

/** The laws that the finished runs of a sweep follow; of the held-out loss, or where nothing is held out of the training's. */
export function lawsOf(runs: readonly SweepRun[], { seed }: { readonly seed: number }): Sweep['laws'] {
  const measured = (loss: 'heldOut' | 'training'): MeasuredRun[] =>
    runs.flatMap(({ result, ...run }) => {
      const value = result?.loss[loss];
      return value === undefined || value === null ? [] : [{ ...run, loss: value }];
    });
  const loss = measured('heldOut').length > 0 ? 'heldOut' : 'training';
  return scalingLaws(measured(loss), { seed }).map((law) => ({
    ...law,
    loss,
    runs: [...law.runs],
    exponentRange: [...law.exponentRange],
    floorRange: law.floorRange && [...law.floorRange],
    band: law.band.map((point) => ({ ...point })),
  }));
}
