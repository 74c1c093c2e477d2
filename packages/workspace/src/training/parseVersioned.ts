import { z } from 'zod';
import { WorkspaceError, WorkspaceVersionError } from '../errors.js';

/** A kind of file that says in itself which version of which format it has. */
export interface VersionedFormat<T> {
  readonly schema: z.ZodType<T>;
  readonly version: number;
  /** What it describes: `a training run`. */
  readonly what: string;
}

/** Reads the text of such a file strictly. @throws WorkspaceVersionError, WorkspaceError naming each value that is wrong. */
export function parseVersioned<T>(text: string, file: string, { schema, version, what }: VersionedFormat<T>): T {
  const remedy = 'Name another folder, or start afresh here with --force.';
  let json: { readonly version?: unknown } | null;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new WorkspaceError(`${file} is damaged: ${(error as Error).message}. ${remedy}`);
  }
  if (typeof json?.version === 'number' && json.version > version)
    throw new WorkspaceVersionError({ dir: file, found: json.version, supported: version });
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new WorkspaceError(`${file} does not describe ${what}:\n${z.prettifyError(result.error)}\n${remedy}`);
}
