import { join } from 'node:path';
import { canonicalJson, type Json } from '../canonicalJson.js';
import type { FileSystem } from '../disk/fileSystem.js';
import { openLineLog } from '../disk/lineLog.js';

/** Name of the log at the root of a workspace: one JSON object a line, each with its time. */
export const LOG_FILE = 'run.jsonl';

/** The log of a workspace's runs: the only file in which two runs differ. */
export interface RunLog {
  append(event: { readonly [key: string]: Json | undefined }): Promise<void>;
  close(): Promise<void>;
}

/** Opens the log for appending. */
export async function openRunLog(fs: FileSystem, dir: string): Promise<RunLog> {
  const lines = await openLineLog(fs, join(dir, LOG_FILE));
  return {
    append: (event) => lines.append(canonicalJson({ time: new Date().toISOString(), ...event })),
    close: () => lines.close(),
  };
}
