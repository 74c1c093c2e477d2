import { TrainingDivergedError } from '@incognita/learn';
import { DiskError, type TrainingFolder, type TrainingRun } from '@incognita/workspace';
import { isAbort, UsageError } from '../errors.js';

/** A run whose loss or gradient became no number, in words that say where it goes on. */
export class RunDivergedError extends UsageError {}

/**
 * Brings a run to its end by `work`. What ends it before is written to `run.json`, and said in words that name the last checkpoint.
 *
 * @throws the signal's reason, RunDivergedError, UsageError where the disk gives no room.
 */
export async function toItsEnd(folder: TrainingFolder, run: TrainingRun, work: () => Promise<TrainingRun>): Promise<TrainingRun> {
  try {
    await folder.writeRun(run);
    return await work();
  } catch (error) {
    if (isAbort(error)) await folder.writeRun({ ...run, state: 'stopped' });
    const last = await folder.lastCheckpoint();
    const good = last === null ? 'There is no checkpoint yet.' : `The last good checkpoint is that of step ${last.step}.`;
    if (error instanceof DiskError) throw new UsageError(`${error.message} ${good}`);
    if (!(error instanceof TrainingDivergedError)) throw error;
    await folder.writeRun({ ...run, state: 'diverged', message: error.message });
    throw new RunDivergedError(
      `${error.message} ${good} The same command with another --lr, --warmup or --clip goes on from ${last === null ? 'the beginning' : 'there'}.`,
    );
  }
}
