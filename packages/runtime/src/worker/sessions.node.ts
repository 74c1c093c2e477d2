import { type SelectedEngine, selectEngine } from '../engine/select.node.js';
import { SessionCache } from '../session/cache.js';
import { type Opened, openSource } from '../session/open.node.js';
import type { SessionOptions, SessionSource, WorkerSession } from '../session/source.js';
import { checkTensor, type Feeds, type Tensor } from '../tensor.js';
import type { WorkerSettings } from './protocol.js';

/** The sessions of one worker: its engine, loaded when first needed, and the cache of what is open. */
export class WorkerSessions {
  readonly #settings: WorkerSettings;
  readonly #cache: SessionCache<CachedSession>;
  #engine: Promise<SelectedEngine> | undefined;
  // Runs of one engine must not overlap (ONNX Runtime 1.30 in WebAssembly hangs): each waits for the one before.
  #last: Promise<unknown> = Promise.resolve();

  constructor(settings: WorkerSettings) {
    this.#settings = settings;
    this.#cache = new SessionCache({ memoryBytes: settings.memoryBytes });
  }

  /** The engine of this worker. */
  engine(): Promise<SelectedEngine> {
    this.#engine ??= selectEngine({
      choice: this.#settings.engine,
      forced: process.env.INCOGNITA_ENGINE,
      threads: this.#settings.threads,
    });
    return this.#engine;
  }

  /** Opens a session for a task; `check` runs before each run and may throw to cancel. */
  async open(source: SessionSource, options: SessionOptions, check: () => void): Promise<WorkerSession> {
    check();
    const { engine } = await this.engine();
    const prepack = options.prepack ?? true;
    const key = sessionKey(source.key, prepack);
    const cached = await this.#cache.acquire(key, () =>
      this.#queue(async () => {
        const opened = await openSource(engine, source, { prepack, threads: this.#settings.threads });
        return { value: new CachedSession(opened, source.weightBytes), sizeBytes: opened.privateBytes };
      }),
    );
    let open = true;
    const { session } = cached.opened;
    return {
      inputNames: session.inputNames,
      outputNames: session.outputNames,
      weights: cached.opened.access,
      run: (feeds, outputs = session.outputNames) => {
        if (!open) throw new Error('this session was disposed of: open it again');
        check();
        for (const [name, value] of Object.entries(feeds)) checkTensor(value, `feed '${name}'`);
        return this.#queue(async () => {
          check();
          const result = await cached.run(feeds, outputs);
          this.#cache.grow(key, cached.sizeBytes);
          return result;
        });
      },
      dispose: async () => {
        if (!open) return;
        open = false;
        await this.#cache.release(key);
      },
    };
  }

  /** Closes the sessions of this source that nobody uses. */
  async drop(key: string): Promise<void> {
    await this.#cache.drop(sessionKey(key, true));
    await this.#cache.drop(sessionKey(key, false));
  }

  #queue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** A session with a measure of what it holds. */
class CachedSession {
  readonly opened: Opened;
  readonly #mappedBytes: number;
  #workBytes = 0;
  #largestFeedBytes = -1;

  constructor(opened: Opened, weightBytes: number) {
    this.opened = opened;
    this.#mappedBytes = opened.access === 'mapped' ? weightBytes : 0;
  }

  /** Its own bytes, and what the process grew by in its runs: ONNX Runtime keeps the memory of intermediate results. */
  get sizeBytes(): number {
    return this.opened.privateBytes + this.#workBytes;
  }

  async run(feeds: Feeds, outputs: readonly string[]): Promise<Record<string, Tensor>> {
    let feedBytes = 0;
    for (const name in feeds) feedBytes += feeds[name]!.data.byteLength;
    // Only larger feeds than before need more memory; later growth is results that nobody has collected yet. A cache that grows by a little
    // at every step is measured now and then: asking costs 20 µs.
    if (feedBytes <= 1.25 * this.#largestFeedBytes) return this.opened.session.run(feeds, outputs);
    const before = process.memoryUsage.rss();
    const result = await this.opened.session.run(feeds, outputs);
    // Pages of the mapped file count for the process, but not for the session.
    const mapped = this.#largestFeedBytes < 0 ? this.#mappedBytes : 0;
    this.#workBytes += Math.max(0, process.memoryUsage.rss() - before - mapped);
    this.#largestFeedBytes = feedBytes;
    return result;
  }

  dispose(): Promise<void> {
    return this.opened.session.dispose();
  }
}

function sessionKey(key: string, prepack: boolean): string {
  return prepack ? `${key}+prepack` : key;
}
