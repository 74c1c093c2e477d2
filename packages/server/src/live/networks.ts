import { stat } from 'node:fs/promises';
import { WorkerPool } from '@incognita/runtime';
import {
  LIVE_TASKS,
  type LiveAttributeArgs,
  type LiveAttribution,
  type LiveCard,
  type LiveFrameArgs,
  type LiveFrameResult,
} from '@incognita/vision';
import type { NetworkFile } from '../place/networksHolding.js';

/** A network that the page named and the place does not have. */
export class NoSuchNetworkError extends Error {
  override readonly name = 'NoSuchNetworkError';
}

/** One for frames, one for attributions, which take longer: neither waits for the other. */
const WORKERS = 2;

/** The networks of a place, run in workers that start when first asked. */
export class Networks {
  readonly #list: () => Promise<readonly NetworkFile[]>;
  #pool: WorkerPool | null = null;
  /** Why a file takes no pictures, by the file as it is now. */
  readonly #looked = new Map<string, Promise<string | null>>();

  constructor(list: () => Promise<readonly NetworkFile[]>) {
    this.#list = list;
  }

  get pool(): WorkerPool {
    this.#pool ??= new WorkerPool({ workers: WORKERS, threadsPerWorker: 1 });
    return this.#pool;
  }

  /** The network of a path of the offers. @throws NoSuchNetworkError. */
  async find(path: string): Promise<NetworkFile> {
    const found = (await this.#list()).find((one) => one.path === path);
    if (found === undefined) throw new NoSuchNetworkError(`There is no network "${path}" here.`);
    return found;
  }

  /** For the place's offers: each file with the reason why it takes no pictures, or null. Files are looked into when they have changed. */
  async offers(): Promise<{ name: string; path: string; lacks: string | null }[]> {
    const files = await this.#list();
    return Promise.all(
      files.map(async ({ name, path, file, known }) => ({ name, path, lacks: known ? null : await this.#look(file) })),
    );
  }

  card(file: string): Promise<LiveCard> {
    return this.pool.run<{ file: string }, LiveCard>(LIVE_TASKS.card, { file });
  }

  frame(args: LiveFrameArgs, signal: AbortSignal): Promise<LiveFrameResult> {
    return this.pool.run<LiveFrameArgs, LiveFrameResult>(LIVE_TASKS.frame, args, { signal });
  }

  attribute(args: LiveAttributeArgs, signal: AbortSignal): Promise<LiveAttribution> {
    return this.pool.run<LiveAttributeArgs, LiveAttribution>(LIVE_TASKS.attribute, args, { signal });
  }

  async dispose(): Promise<void> {
    await this.#pool?.dispose();
  }

  async #look(file: string): Promise<string | null> {
    const about = await stat(file).catch((error: Error) => error.message);
    if (typeof about === 'string') return about;
    const key = `${file}:${about.size}:${about.mtimeMs}`;
    const looking = this.#looked.get(key) ?? this.pool.run<{ file: string }, string | null>(LIVE_TASKS.look, { file });
    this.#looked.set(key, looking);
    looking.catch(() => this.#looked.delete(key));
    return looking.catch((error: Error) => error.message);
  }
}
