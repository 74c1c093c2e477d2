/** Answers that count. */
const LAST = 30;
/** Older ones do not. */
const WINDOW_MS = 3000;

/** How often something happens a second, by the times of the last few. */
export class Rate {
  #times: number[] = [];

  /** Counts one, and says the rate; null for the first. @param now milliseconds. */
  tick(now: number): number | null {
    this.#times = [...this.#times, now].filter((time) => now - time <= WINDOW_MS).slice(-LAST);
    const [first] = this.#times;
    return this.#times.length < 2 ? null : (1000 * (this.#times.length - 1)) / (now - first!);
  }
}
