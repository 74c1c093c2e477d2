/** What happened to work that was handed in: its result, or that later work of the same stream took its place before it began. */
export type Outcome<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'superseded' };

interface Waiting<T> {
  readonly work: () => Promise<T>;
  readonly settle: (outcome: Promise<Outcome<T>> | Outcome<T>) => void;
}

/**
 * Runs work of streams, one at a time a stream; of what waits only the latest stays. A camera that is faster than the network thus never makes a queue.
 *
 * @example
 * const frames = new LatestOnly<Answer>();
 * const outcome = await frames.run('camera', () => infer(picture)); // { kind: 'superseded' } where a later frame came first
 */
export class LatestOnly<T> {
  readonly #streams = new Map<string, { waiting: Waiting<T> | null }>();

  /** Streams with work under way. */
  get size(): number {
    return this.#streams.size;
  }

  run(stream: string, work: () => Promise<T>): Promise<Outcome<T>> {
    const busy = this.#streams.get(stream);
    if (busy === undefined) {
      this.#streams.set(stream, { waiting: null });
      return this.#now(stream, work);
    }
    busy.waiting?.settle({ kind: 'superseded' });
    return new Promise((settle) => {
      busy.waiting = { work, settle };
    });
  }

  async #now(stream: string, work: () => Promise<T>): Promise<Outcome<T>> {
    try {
      return { kind: 'done', value: await work() };
    } finally {
      const { waiting } = this.#streams.get(stream)!;
      if (waiting === null) this.#streams.delete(stream);
      else {
        this.#streams.get(stream)!.waiting = null;
        waiting.settle(this.#now(stream, waiting.work));
      }
    }
  }
}
