import { resolve as absolutePath, join } from 'node:path';
import type { Json } from './canonicalJson.js';
import { onDisk } from './disk/DiskError.js';
import { makeFolder, syncFolder, TEMPORARY_PREFIX, writeAtomically } from './disk/durable.js';
import { type FileSystem, hasCode, nodeFileSystem } from './disk/fileSystem.js';
import { isInside, pathParts, resolveInside } from './disk/workspacePath.js';
import { WorkspaceError } from './errors.js';
import { LOCK_FILE, type Lock, takeLock } from './lock/lock.js';
import { MANIFEST_FILE, parseManifest, printManifest, readManifestText } from './manifestFile.js';
import { recognize } from './recognize.js';
import type { WorkspaceManifest } from './schema/manifest.js';
import { pruneStages, removePartials } from './stage/prune.js';
import { LOG_FILE, openRunLog, type RunLog } from './stage/runLog.js';
import type { StageWriter } from './stage/StageWriter.js';
import { runStage, type StageKey, type StageResult, stageAddress } from './stage/stage.js';

/** A folder with the results of a run: see docs/architecture.md, "Workspace layout". */
export interface Workspace {
  /** Absolute path of the folder. */
  readonly dir: string;
  readonly writable: boolean;
  /**
   * Runs `produce` unless a stage with this key is finished already, and returns its value (as JSON gives it back, in both
   * cases). The files appear under `path` at once, when all are safely on the disk; a broken-off stage leaves nothing. A stage that
   * is damaged is set aside, logged and made again. Calls with one key at the same time share one run.
   * @throws DiskError, and whatever `produce` throws.
   * @example
   * const { path, value } = await workspace.stage({ name: 'collect', version: 1, inputs: { seed: 1 } }, async (out) => {
   *   await out.write('vectors.safetensors', bytes);
   *   return { count: 3 };
   * });
   */
  stage<T>(key: StageKey, produce: (out: StageWriter) => T | Promise<T>): Promise<StageResult<T>>;
  /** The manifest, checked; null before the first was written. */
  readManifest(): Promise<WorkspaceManifest | null>;
  /** Checks the manifest and replaces the file in one step. */
  writeManifest(manifest: WorkspaceManifest): Promise<void>;
  /** Appends an event with the time to `run.jsonl`. */
  log(event: { readonly [key: string]: Json | undefined }): Promise<void>;
  /** The absolute path of a path inside the workspace. @throws WorkspaceError for one that leads outside. */
  resolve(path: string): string;
  /** The bytes of a file. @throws WorkspaceError when it is absent or leads outside, also by a symbolic link. */
  read(path: string): Promise<Uint8Array>;
  /** Replaces a file that is no stage's (`index.html`, `explorer/…`) in one step, unless it has these bytes already. */
  writeShared(path: string, data: Uint8Array | string): Promise<void>;
  /** Removes a file that {@link writeShared} wrote; one that is absent already is no error. */
  removeShared(path: string): Promise<void>;
  /** Removes the stages whose hash is not among `keep`, and damaged ones that were set aside; returns their paths. */
  prune(keep: ReadonlySet<string>): Promise<string[]>;
  /** Waits for what is being written and gives the lock back. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Take the lock, so that stages and the manifest can be written. */
  write: boolean;
  /** Where to write; a disk of Node's unless given. */
  fs?: FileSystem;
}

/**
 * Opens the folder for writing; makes it when it is absent, and resumes when it is a workspace.
 * @throws WorkspaceError when the folder holds other files, WorkspaceLockedError, WorkspaceVersionError, DiskError.
 * @example const workspace = await createWorkspace('atlas');
 */
export async function createWorkspace(dir: string, { fs = nodeFileSystem }: { fs?: FileSystem } = {}): Promise<Workspace> {
  const root = absolutePath(dir);
  await recognize(fs, root);
  await makeFolder(fs, join(root, 'stages'));
  await syncFolder(fs, root);
  return open(root, { write: true, fs });
}

/**
 * Opens a workspace that exists, for reading (without a lock, also while another process writes) or for writing.
 * @throws WorkspaceError when the folder is no workspace, WorkspaceLockedError, WorkspaceVersionError, DiskError.
 * @example const manifest = await (await openWorkspace('atlas', { write: false })).readManifest();
 */
export async function openWorkspace(dir: string, { write, fs = nodeFileSystem }: OpenOptions): Promise<Workspace> {
  const root = absolutePath(dir);
  const found = await recognize(fs, root);
  if (found !== 'workspace')
    throw new WorkspaceError(
      `${root} ${found === 'empty' ? 'is empty' : 'does not exist'}: there is no workspace to open. Make one with "incognita atlas", or name another folder.`,
    );
  return open(root, { write, fs });
}

async function open(root: string, { write, fs }: { write: boolean; fs: FileSystem }): Promise<Workspace> {
  const writer = write ? await startWriting(root, fs) : null;
  const running = new Map<string, Promise<StageResult<unknown>>>();
  function demandWriter() {
    if (writer === null) throw new WorkspaceError(`${root} was opened for reading only. Open it with { write: true }.`);
    if (writer.closed) throw new WorkspaceError(`${root} has been closed. Open it again.`);
    return writer;
  }

  return {
    dir: root,
    writable: write,
    async stage<T>(key: StageKey, produce: (out: StageWriter) => T | Promise<T>) {
      const { log } = demandWriter();
      const address = stageAddress(key);
      const run = running.get(address) ?? runStage<T>({ fs, root, log }, key, produce).finally(() => running.delete(address));
      running.set(address, run);
      return (await run) as StageResult<T>;
    },
    async readManifest() {
      const text = await readManifestText(fs, root);
      return text === null ? null : parseManifest(text, join(root, MANIFEST_FILE));
    },
    async writeManifest(manifest) {
      demandWriter();
      await writeAtomically(fs, { root, file: join(root, MANIFEST_FILE), data: Buffer.from(printManifest(manifest)) });
    },
    log: async (event) => demandWriter().log.append(event),
    resolve: (path) => resolveInside(root, path),
    read: (path) => readInside(fs, root, path),
    async writeShared(path, data) {
      demandWriter();
      const file = sharedFile(root, path);
      const bytes = Buffer.from(data);
      if (await hasBytes(fs, file, bytes)) return;
      await writeAtomically(fs, { root, file, data: bytes });
    },
    async removeShared(path) {
      demandWriter();
      const file = sharedFile(root, path);
      await onDisk(fs, file, () => fs.rm(file, { force: true }));
    },
    async prune(keep) {
      demandWriter();
      return pruneStages(fs, root, keep);
    },
    async close() {
      if (writer === null || writer.closed) return;
      await Promise.allSettled(running.values());
      writer.closed = true;
      await writer.log.close();
      await writer.lock.release();
    },
  };
}

async function startWriting(root: string, fs: FileSystem): Promise<{ lock: Lock; log: RunLog; closed: boolean }> {
  const lock = await takeLock(fs, root);
  try {
    await onDisk(fs, root, async () => {
      for (const name of await fs.readdir(root))
        if (name.startsWith(TEMPORARY_PREFIX)) await fs.rm(join(root, name), { force: true });
      await fs.mkdir(join(root, 'stages'), { recursive: true });
    });
    await removePartials(fs, root);
    return { lock, log: await openRunLog(fs, root), closed: false };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The absolute path of a file that belongs to no stage. */
function sharedFile(root: string, path: string): string {
  const [first = ''] = pathParts(path);
  if (['stages', MANIFEST_FILE, LOG_FILE, LOCK_FILE].includes(first) || first.startsWith('.'))
    throw new WorkspaceError(`"${path}" cannot be a shared file: the name belongs to the workspace itself.`);
  return resolveInside(root, path);
}

async function readInside(fs: FileSystem, root: string, path: string): Promise<Uint8Array> {
  const file = resolveInside(root, path);
  try {
    return await onDisk(
      fs,
      file,
      async () => {
        const real = await fs.realpath(file);
        if (!isInside(await fs.realpath(root), real))
          throw new WorkspaceError(`"${path}" leads out of the workspace ${root} by a symbolic link, so it is not read.`);
        return await fs.readFile(real);
      },
      { action: 'read' },
    );
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) throw new WorkspaceError(`The workspace ${root} has no file "${path}".`);
    throw error;
  }
}

async function hasBytes(fs: FileSystem, file: string, bytes: Uint8Array): Promise<boolean> {
  try {
    return (await fs.readFile(file)).equals(bytes);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return false;
    throw error;
  }
}
