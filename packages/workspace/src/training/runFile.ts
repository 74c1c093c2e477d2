import { WorkspaceError } from '../errors.js';
import {
  type MetricsLine,
  metricsLineSchema,
  TRAINING_VERSION,
  type TrainingRun,
  trainingRunSchema,
} from '../schema/training.js';
import { parseVersioned } from './parseVersioned.js';

/** Name of the file that says what a training run is and how it goes. */
export const RUN_FILE = 'run.json';

/** Reads the text of a {@link RUN_FILE} strictly. @throws WorkspaceVersionError, WorkspaceError naming each value that is wrong. */
export function parseRun(text: string, file: string): TrainingRun {
  return parseVersioned(text, file, { schema: trainingRunSchema, version: TRAINING_VERSION, what: 'a training run' });
}

/** Reads a line of the metrics strictly. @throws WorkspaceError that says where it is. */
export function parseMetrics(line: string, place: string): MetricsLine {
  try {
    return metricsLineSchema.parse(JSON.parse(line));
  } catch (error) {
    throw new WorkspaceError(`${place} is damaged: ${(error as Error).message}. Start afresh with --force.`);
  }
}
