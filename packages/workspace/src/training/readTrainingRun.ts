import { resolve as absolutePath, join } from 'node:path';
import { type FileSystem, nodeFileSystem } from '../disk/fileSystem.js';
import { WorkspaceError } from '../errors.js';
import type { MetricsLine, TrainingRun } from '../schema/training.js';
import { readIfThere } from './folderFiles.js';
import { parseMetrics, parseRun, RUN_FILE } from './runFile.js';

/** Name of the file that grows while a run trains. */
export const METRICS_FILE = 'metrics.jsonl';

/**
 * Reads a training run without taking its lock: what it is, how it stands, and its metrics but for a line that is being written.
 *
 * @throws WorkspaceError where there is none, or it is damaged.
 * @example const { run, metrics } = await readTrainingRun('runs/birds');
 */
export async function readTrainingRun(
  dir: string,
  { fs = nodeFileSystem }: { fs?: FileSystem } = {},
): Promise<{ readonly run: TrainingRun; readonly metrics: readonly MetricsLine[] }> {
  const root = absolutePath(dir);
  const text = await readIfThere(fs, join(root, RUN_FILE));
  if (text === null)
    throw new WorkspaceError(`${root} holds no training run: there is no ${RUN_FILE}. Name the folder of a run.`);
  return { run: parseRun(text.toString('utf8'), join(root, RUN_FILE)), metrics: await readMetrics(fs, root) };
}

/** All whole lines of a run's metrics. */
export async function readMetrics(fs: FileSystem, root: string): Promise<MetricsLine[]> {
  const text = (await readIfThere(fs, join(root, METRICS_FILE)))?.toString('utf8') ?? '';
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line, i) => parseMetrics(line, `${join(root, METRICS_FILE)}:${i + 1}`));
}
