import { type ClassifierData, networkNamed, trainingOperations } from '@incognita/learn';
import { type LineageSystem, readTrainingRun } from '@incognita/workspace';
import { UsageError } from '../errors.js';
import { commandOf } from '../training/asked.js';
import { type FinishedRun, trainingSeconds } from '../training/runInFolder.js';
import { fingerprint } from '../training/trainingData.js';

/** What a finished run of a network tells a lineage. */
export function networkResult({ run, metrics }: FinishedRun): NonNullable<LineageSystem['result']> {
  const { steps, accuracy } = run.result!;
  const { batchSize, width } = run.settings;
  const network = networkNamed(run.network.name).make({ classes: run.data.classes, width: Number(width) });
  const shown = steps * Number(batchSize);
  return {
    parameters: run.network.parameters,
    shown,
    flops: trainingOperations(network) * shown,
    seconds: trainingSeconds(metrics),
    accuracy,
  };
}

/**
 * The row of a network from a run that was finished elsewhere; null where none of the folders has that network.
 *
 * @throws UsageError where it is not finished, or has learnt from other pictures.
 */
export async function takenFrom(
  folders: readonly string[],
  network: string,
  data: ClassifierData,
): Promise<Pick<LineageSystem, 'takenFrom' | 'result'> | null> {
  for (const folder of folders) {
    const finished = await readTrainingRun(folder);
    const { run } = finished;
    if (run.network.name !== network) continue;
    if (run.state !== 'finished') throw new UsageError(`the run in ${folder} is not finished (${run.state}): finish it first`);
    if (run.data.sha256 !== fingerprint(data))
      throw new UsageError(
        `the run in ${folder} has learnt from other pictures (${run.data.description}) than those of ${data.name}, and cannot be compared`,
      );
    const command = commandOf(run.asked);
    return { takenFrom: { run: `${network} on ${run.data.name}`, command }, result: networkResult(finished) };
  }
  return null;
}
