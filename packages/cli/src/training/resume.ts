import type { ClassifierCheckpoint, CourseCheckpoint, TrainedWeights } from '@incognita/learn';
import type { TrainingFolder, TrainingRun } from '@incognita/workspace';
import { UsageError } from '../errors.js';
import { type AskedRecord, differences, flagOf, only } from './asked.js';
import { restoredCheckpoint, restoredWeights } from './checkpointFile.js';

/** A checkpoint of whatever is trained: all say where the best weights were. */
type AnyCheckpoint = ClassifierCheckpoint | CourseCheckpoint;

/** What is in a run's folder, seen from a command that wants to train there. */
export interface Beginning<C extends AnyCheckpoint = ClassifierCheckpoint> {
  /** The run that is there and is to go on, or is finished; null: begin anew. */
  readonly run: TrainingRun | null;
  readonly checkpoint: C | null;
  readonly best: TrainedWeights | null;
  readonly changes: TrainingRun['changes'];
}

const NOTHING: Beginning<never> = { run: null, checkpoint: null, best: null, changes: [] };

/**
 * Looks whether a run is to go on: it was asked for in the same words, or it has diverged and only what may cure that is different.
 *
 * @param force removes what is there.
 * @param resume insists on something to go on with.
 * @throws UsageError that names the options in which the run that is there differs.
 */
export async function findBeginning<C extends AnyCheckpoint = ClassifierCheckpoint>(
  folder: TrainingFolder,
  asked: AskedRecord,
  { force, resume }: { readonly force: boolean; readonly resume: boolean },
): Promise<Beginning<C>> {
  if (force) await folder.clear();
  const run = force ? null : await folder.readRun();
  if (run === null) {
    if (resume) throw new UsageError(`there is no run in ${folder.dir} to go on with`);
    return NOTHING;
  }
  const { names, cures } = differences(run.asked, asked);
  const cured = names.length > 0 && cures && run.state === 'diverged';
  if (names.length > 0 && !cured) {
    const said = names.map((name) => `${flagOf(name)} was ${shown(run.asked[name])}, now ${shown(asked[name])}`);
    throw new UsageError(
      `${folder.dir} holds a run with other settings: ${said.join('; ')}. Give the same, choose another --out, or start afresh with --force.`,
    );
  }
  const last = await folder.lastCheckpoint();
  const checkpoint = last && restoredCheckpoint<C>(last.file);
  const best = await folder.readBest();
  if (best === null && run.settings.keep === 'best' && checkpoint !== null && checkpoint.progress.best !== null)
    throw new UsageError(`the best weights of the run in ${folder.dir} are gone or damaged: start afresh with --force`);
  const change = { step: last?.step ?? 0, from: only(run.asked, names), to: only(asked, names) };
  return {
    run,
    checkpoint,
    best: best && restoredWeights(best),
    changes: cured ? [...run.changes, change] : run.changes,
  };
}

function shown(value: unknown): string {
  return value === undefined ? 'not given' : String(value);
}
