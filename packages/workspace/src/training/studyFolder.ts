import { resolve as absolutePath, join } from 'node:path';
import { onDisk } from '../disk/DiskError.js';
import { makeFolder, writeAtomically } from '../disk/durable.js';
import { type FileSystem, nodeFileSystem } from '../disk/fileSystem.js';
import { LOCK_FILE, takeLock } from '../lock/lock.js';
import { LINEAGE_VERSION, type Lineage, lineageSchema } from '../schema/lineage.js';
import { SWEEP_VERSION, type Sweep, sweepSchema } from '../schema/sweep.js';
import { readIfThere, refuseForeign, removeTemporary } from './folderFiles.js';
import { parseVersioned, type VersionedFormat } from './parseVersioned.js';

const RUNS = 'runs';

/** What the kinds of studies, which consist of several training runs, write of themselves. */
interface Records {
  readonly sweep: Sweep;
  readonly lineage: Lineage;
}

/** The file that describes a study, and what else lies beside it. */
const STUDIES: { readonly [K in keyof Records]: VersionedFormat<Records[K]> & { readonly products: readonly string[] } } = {
  sweep: { schema: sweepSchema, version: SWEEP_VERSION, what: 'a sweep', products: ['sweep.md', 'sweep.svg', 'history.svg'] },
  lineage: { schema: lineageSchema, version: LINEAGE_VERSION, what: 'a lineage', products: ['lineage.md', 'lineage.svg'] },
};

/** The folder of a study, open for writing: see docs/training.md. Every file is replaced in one step. */
export interface StudyFolder<T> {
  /** Absolute path. */
  readonly dir: string;
  /** `sweep.json` or `lineage.json`, checked; null before the first was written. */
  read(): Promise<T | null>;
  write(record: T): Promise<void>;
  /** Where the training run of this name has its folder. */
  runFolder(name: string): string;
  /** Writes a table or a plot. */
  writeProduct(name: string, text: string): Promise<void>;
  /** Removes everything that the study left here. */
  clear(): Promise<void>;
  /** Gives the lock back. */
  close(): Promise<void>;
}

/**
 * Opens the folder of a sweep or a lineage for writing; makes it when it is absent.
 *
 * @throws WorkspaceError when the folder holds something else, WorkspaceLockedError while another process works there, DiskError.
 * @example const folder = await openStudyFolder('runs/widths', 'sweep');
 */
export async function openStudyFolder<K extends keyof Records>(
  dir: string,
  kind: K,
  { fs = nodeFileSystem }: { fs?: FileSystem } = {},
): Promise<StudyFolder<Records[K]>> {
  const root = absolutePath(dir);
  const mark = `${kind}.json`;
  const study = STUDIES[kind];
  const own: readonly string[] = [mark, RUNS, LOCK_FILE, ...study.products];
  await refuseForeign(fs, root, { own, mark, what: study.what });
  await makeFolder(fs, root);
  const lock = await takeLock(fs, root);
  try {
    await removeTemporary(fs, root);
  } catch (error) {
    await lock.release();
    throw error;
  }
  const write = (name: string, text: string): Promise<void> =>
    writeAtomically(fs, { root, file: join(root, name), data: Buffer.from(text) });
  return {
    dir: root,
    async read() {
      const text = await readIfThere(fs, join(root, mark));
      if (text === null) return null;
      return parseVersioned<Records[K]>(text.toString('utf8'), join(root, mark), study);
    },
    write: (record) => write(mark, `${JSON.stringify(record, null, 2)}\n`),
    runFolder: (name) => join(root, RUNS, name),
    writeProduct: write,
    async clear() {
      for (const name of own)
        if (name !== LOCK_FILE)
          await onDisk(fs, join(root, name), () => fs.rm(join(root, name), { force: true, recursive: true }));
    },
    close: () => lock.release(),
  };
}
