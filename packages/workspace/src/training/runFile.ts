import { z } from 'zod';
import { WorkspaceError, WorkspaceVersionError } from '../errors.js';
import { TRAINING_VERSION, type TrainingRun, trainingRunSchema } from '../schema/training.js';

/** Name of the file that says what a training run is and how it goes. */
export const RUN_FILE = 'run.json';

/** Reads the text of a {@link RUN_FILE} strictly. @throws WorkspaceVersionError, WorkspaceError naming each value that is wrong. */
export function parseRun(text: string, file: string): TrainingRun {
  const remedy = 'Name another folder, or start afresh here with --force.';
  let json: { readonly format?: unknown; readonly version?: unknown } | null;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new WorkspaceError(`${file} is damaged: ${(error as Error).message}. ${remedy}`);
  }
  if (typeof json?.version === 'number' && json.version > TRAINING_VERSION)
    throw new WorkspaceVersionError({ dir: file, found: json.version, supported: TRAINING_VERSION });
  const result = trainingRunSchema.safeParse(json);
  if (result.success) return result.data;
  throw new WorkspaceError(`${file} does not describe a training run:\n${z.prettifyError(result.error)}\n${remedy}`);
}
