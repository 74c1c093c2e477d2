import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModelSource, type ModelSource, WorkerPool } from '@incognita/runtime';
import { decodePicture, type Picture } from '@incognita/vision';
import { openWorkspace, type WorkspaceManifest } from '@incognita/workspace';
import { findModelFile } from './findModelFile.js';

/** A workspace's model, ready to run, with what the workspace says of its input. */
export interface OpenedModel {
  readonly manifest: WorkspaceManifest;
  readonly file: string;
  readonly source: ModelSource;
  readonly pool: WorkerPool;
  /** A stored picture of the data set. @throws RangeError where there is none of that number. */
  picture(index: number): Promise<Picture>;
}

/** The place holds no workspace with a manifest. */
export class NoWorkspaceError extends Error {
  override readonly name = 'NoWorkspaceError';
}

/** Opens the model of a workspace when it is first asked for, and again when the workspace has got another; it runs in a worker. */
export class WorkspaceModel {
  readonly #dir: string;
  #open: { readonly sha256: string; readonly opening: Promise<Pick<OpenedModel, 'file' | 'source' | 'pool'>> } | null = null;
  #found: { readonly stamp: string; readonly sha256: string; readonly file: string } | null = null;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** @throws NoWorkspaceError, ModelMissingError, and what opening throws. */
  async get(): Promise<OpenedModel> {
    const workspace = await openWorkspace(this.#dir, { write: false }).catch((cause) => {
      throw new NoWorkspaceError('There is no workspace here.', { cause });
    });
    const manifest = await workspace.readManifest();
    if (manifest === null) throw new NoWorkspaceError('This workspace has no manifest yet.');
    if (this.#open?.sha256 !== manifest.model.sha256) {
      void this.dispose();
      const opening = this.#load(manifest);
      this.#open = { sha256: manifest.model.sha256, opening };
      opening.catch(() => {
        if (this.#open?.opening === opening) this.#open = null;
      });
    }
    const opened = await this.#open!.opening;
    return {
      ...opened,
      manifest,
      async picture(index) {
        const known = manifest.dataset.pictures[index];
        if (known === undefined)
          throw new RangeError(`There is no picture ${index}: the workspace has ${manifest.dataset.pictures.length}.`);
        return decodePicture(await readFile(workspace.resolve(known.image)));
      },
    };
  }

  /** Where the file of the workspace's model is; null where there is no workspace, or its file is gone. The manifest is read when it has changed, the file hashed once a model. */
  async file(): Promise<string | null> {
    const about = await stat(join(this.#dir, 'incognita.json')).catch(() => null);
    const stamp = about && `${about.mtimeMs} ${about.size}`;
    if (this.#found !== null && this.#found.stamp === stamp) return this.#found.file;
    const workspace = await openWorkspace(this.#dir, { write: false }).catch(() => null);
    const manifest = await workspace?.readManifest().catch(() => null);
    if (stamp === null || manifest == null) return null;
    const { sha256 } = manifest.model;
    const file = this.#found?.sha256 === sha256 ? this.#found.file : await findModelFile(this.#dir, manifest).catch(() => null);
    this.#found = file === null ? null : { stamp, sha256, file };
    return file;
  }

  async #load(manifest: WorkspaceManifest): Promise<Pick<OpenedModel, 'file' | 'source' | 'pool'>> {
    const file = await findModelFile(this.#dir, manifest);
    return { file, source: await loadModelSource(file), pool: new WorkerPool({ workers: 1 }) };
  }

  async dispose(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    const opened = await open?.opening.catch(() => null);
    await opened?.pool.dispose();
  }
}
