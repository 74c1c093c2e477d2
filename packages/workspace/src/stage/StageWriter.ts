import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { onDisk } from '../disk/DiskError.js';
import { syncFolder } from '../disk/durable.js';
import type { FileSystem } from '../disk/fileSystem.js';
import { pathParts, resolveInside } from '../disk/workspacePath.js';
import { WorkspaceError } from '../errors.js';
import { sha256File } from '../sha256.js';

/** What a stage's directory holds beside the files: see {@link StageRecord}. */
export const STAGE_FILE = 'stage.json';

export interface StageFile {
  readonly sha256: string;
  readonly bytes: number;
}

/** A file that is written piece by piece. */
export interface StageFileStream {
  write(bytes: Uint8Array): Promise<void>;
  /** Must be awaited: forces the file to the disk. */
  close(): Promise<void>;
}

/** Through this a stage writes its files. Nothing of it is visible before the stage is finished. */
export interface StageWriter {
  /** The absolute directory, for tools that write files themselves; it moves when the stage is finished. */
  readonly dir: string;
  /** The path that `file` will have in the workspace, for a manifest: `stages/<name>/<hash>/<file>`. */
  path(file: string): string;
  write(file: string, data: Uint8Array | string): Promise<void>;
  stream(file: string): Promise<StageFileStream>;
}

/** A writer into `dir`, and `finish`, which hashes what other tools wrote, forces all to the disk and lists the files. */
export function stageWriter(fs: FileSystem, { dir, path }: { dir: string; path: string }) {
  const files = new Map<string, StageFile>();
  const folders = new Set<string>([dir]);
  const open = new Set<string>();

  async function stream(file: string): Promise<StageFileStream> {
    if (pathParts(file).some((part) => part.startsWith('.')) || file === STAGE_FILE)
      throw new WorkspaceError(`A stage cannot write the file "${file}": the name is reserved. Choose another.`);
    if (files.has(file) || open.has(file))
      throw new WorkspaceError(`The stage writes "${file}" twice (${path}). Give each file its own name.`);
    const absolute = resolveInside(dir, file);
    open.add(file);
    const handle = await onDisk(fs, absolute, async () => {
      await fs.mkdir(dirname(absolute), { recursive: true });
      return fs.open(absolute, 'wx');
    });
    const hash = createHash('sha256');
    let bytes = 0;
    return {
      async write(data) {
        hash.update(data);
        bytes += data.byteLength;
        await onDisk(fs, absolute, () => handle.writeFile(data));
      },
      async close() {
        try {
          await onDisk(fs, absolute, () => handle.sync());
        } finally {
          await handle.close();
        }
        open.delete(file);
        files.set(file, { sha256: hash.digest('hex'), bytes });
      },
    };
  }

  async function adopt(folder: string, prefix: string): Promise<void> {
    folders.add(folder);
    for (const entry of await fs.readdir(folder, { withFileTypes: true })) {
      const file = prefix + entry.name;
      const absolute = join(folder, entry.name);
      if (entry.isDirectory()) await adopt(absolute, `${file}/`);
      else if (!entry.isFile())
        throw new WorkspaceError(`The stage left "${file}" (${path}), which is neither a file nor a folder.`);
      else if (!files.has(file)) {
        files.set(file, await onDisk(fs, absolute, () => sha256File(absolute), { action: 'read' }));
        await syncFile(fs, absolute);
      }
    }
  }

  const writer: StageWriter = {
    dir,
    path: (file) => `${path}/${pathParts(file).join('/')}`,
    async write(file, data) {
      const out = await stream(file);
      try {
        await out.write(typeof data === 'string' ? Buffer.from(data) : data);
      } finally {
        await out.close();
      }
    },
    stream,
  };
  return {
    writer,
    async finish(): Promise<Record<string, StageFile>> {
      if (open.size > 0)
        throw new WorkspaceError(`The stage has not closed ${[...open].map((file) => `"${file}"`).join(', ')} (${path}).`);
      await adopt(dir, '');
      for (const folder of folders) if (folder !== dir) await syncFolder(fs, folder);
      return Object.fromEntries(files);
    },
  };
}

async function syncFile(fs: FileSystem, file: string): Promise<void> {
  await onDisk(fs, file, async () => {
    const handle = await fs.open(file, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}
