import { join } from 'node:path';
import { canonicalJson, type Json } from '../canonicalJson.js';
import { onDisk } from '../disk/DiskError.js';
import type { FileSystem } from '../disk/fileSystem.js';

/** Name of the log at the root of a workspace: one JSON object a line, each with its time. */
export const LOG_FILE = 'run.jsonl';

/** The log of a workspace's runs: the only file in which two runs differ. */
export interface RunLog {
  append(event: { readonly [key: string]: Json | undefined }): Promise<void>;
  close(): Promise<void>;
}

/** Opens the log for appending, and cuts off a last line that a crash has left unfinished. */
export async function openRunLog(fs: FileSystem, dir: string): Promise<RunLog> {
  const file = join(dir, LOG_FILE);
  const handle = await onDisk(fs, file, async () => {
    const opened = await fs.open(file, 'a+');
    const text = await opened.readFile();
    const end = text.lastIndexOf(0x0a) + 1;
    if (end < text.length) await fs.truncate(file, end);
    return opened;
  });
  let last: Promise<unknown> = Promise.resolve();
  return {
    append(event) {
      const line = canonicalJson({ time: new Date().toISOString(), ...event }) + '\n';
      const next = last.then(() => onDisk(fs, file, () => handle.appendFile(line)));
      last = next.catch(() => undefined);
      return next;
    },
    async close() {
      await last;
      await handle.close();
    },
  };
}
