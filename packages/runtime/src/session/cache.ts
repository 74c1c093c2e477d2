/** What the cache holds. */
export interface Disposable {
  dispose(): Promise<void>;
}

/** Options of {@link SessionCache}. */
export interface CacheOptions {
  /** Sum of the sizes that may stay. */
  readonly memoryBytes: number;
  /** How many may stay, because a session also holds memory that nobody can measure. Default 32. */
  readonly count?: number;
}

interface Entry<T> {
  readonly value: T;
  sizeBytes: number;
  users: number;
}

/**
 * Keeps what is costly to open. Values in use are never evicted; idle ones go when the budget is exceeded, the least recently
 * used first, one after another.
 */
export class SessionCache<T extends Disposable> {
  readonly #options: Required<CacheOptions>;
  // Insertion order is order of use: a used entry is taken out and put back.
  readonly #entries = new Map<string, Entry<T>>();
  readonly #opening = new Map<string, Promise<void>>();
  #sizeBytes = 0;

  constructor(options: CacheOptions) {
    this.#options = { count: 32, ...options };
  }

  /** Bytes of everything held. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Keys from the least to the most recently used. */
  keys(): string[] {
    return [...this.#entries.keys()];
  }

  /** The value of this key, opened if need be, and marked as in use until {@link release}. */
  async acquire(key: string, open: () => Promise<{ value: T; sizeBytes: number }>): Promise<T> {
    while (this.#opening.has(key)) await this.#opening.get(key);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      const opening = open();
      this.#opening.set(
        key,
        opening.then(
          () => undefined,
          () => undefined,
        ),
      );
      try {
        const { value, sizeBytes } = await opening;
        entry = { value, sizeBytes, users: 0 };
        this.#sizeBytes += sizeBytes;
      } finally {
        this.#opening.delete(key);
      }
    }
    entry.users += 1;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    await this.#evict();
    return entry.value;
  }

  /** Ends one use of the key. */
  async release(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.users === 0) throw new Error(`session ${key} was released more often than acquired`);
    entry.users -= 1;
    await this.#evict();
  }

  /** Corrects the size of a held value upwards. */
  grow(key: string, sizeBytes: number): void {
    const entry = this.#entries.get(key);
    if (entry === undefined || sizeBytes <= entry.sizeBytes) return;
    this.#sizeBytes += sizeBytes - entry.sizeBytes;
    entry.sizeBytes = sizeBytes;
  }

  /** Disposes of the value of this key unless it is in use. */
  async drop(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.users > 0) return;
    this.#entries.delete(key);
    this.#sizeBytes -= entry.sizeBytes;
    await entry.value.dispose();
  }

  async #evict(): Promise<void> {
    for (const [key, entry] of this.#entries) {
      if (this.#sizeBytes <= this.#options.memoryBytes && this.#entries.size <= this.#options.count) return;
      if (entry.users === 0) await this.drop(key);
    }
  }
}
