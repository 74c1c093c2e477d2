import { open } from 'node:fs/promises';
import type { ReadRange } from './inlineIntegers.js';

/** Reads ranges of data files. @param files real paths by location. */
export function readRanges(files: ReadonlyMap<string, string>): ReadRange {
  return async (location, offset, length) => {
    const file = files.get(location);
    if (file === undefined) return undefined;
    const handle = await open(file);
    try {
      const bytes = new Uint8Array(length);
      const { bytesRead } = await handle.read(bytes, 0, length, offset);
      if (bytesRead < length) {
        throw new Error(`${file} is too short: a tensor needs bytes ${offset} to ${offset + length}; download the file again`);
      }
      return bytes;
    } finally {
      await handle.close();
    }
  };
}
