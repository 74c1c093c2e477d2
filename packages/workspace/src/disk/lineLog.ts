import { onDisk } from './DiskError.js';
import type { FileSystem } from './fileSystem.js';

/** A text file that grows by whole lines. */
export interface LineLog {
  append(line: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens a file for appending lines, and cuts off a last line that a crash has left unfinished. */
export async function openLineLog(fs: FileSystem, file: string): Promise<LineLog> {
  const handle = await onDisk(fs, file, async () => {
    const opened = await fs.open(file, 'a+');
    const text = await opened.readFile();
    const end = text.lastIndexOf(0x0a) + 1;
    if (end < text.length) await fs.truncate(file, end);
    return opened;
  });
  let last: Promise<unknown> = Promise.resolve();
  return {
    append(line) {
      const next = last.then(() => onDisk(fs, file, () => handle.appendFile(`${line}\n`)));
      last = next.catch(() => undefined);
      return next;
    },
    async close() {
      await last;
      await handle.close();
    },
  };
}
