import type { Model } from '@incognita/onnx';
import type { GraphRunner, GraphSession } from './runner.js';

/** Sessions by what they were asked for, the last few of them; a loop over the same taps opens its graph once. */
export class Sessions {
  readonly #runner: GraphRunner;
  readonly #open = new Map<string, Promise<GraphSession>>();
  readonly #most: number;

  constructor(runner: GraphRunner, most = 24) {
    this.#runner = runner;
    this.#most = most;
  }

  /** The session of a key; `edit` writes its graph where it is not open. */
  get(key: string, edit: () => Model): Promise<GraphSession> {
    const known = this.#open.get(key);
    const session = known ?? this.#runner.open(edit());
    this.#open.delete(key);
    this.#open.set(key, session);
    session.catch(() => this.#open.delete(key));
    const [oldest] = this.#open;
    if (this.#open.size > this.#most && oldest !== undefined) {
      this.#open.delete(oldest[0]);
      oldest[1].then((one) => one.dispose()).catch(() => undefined);
    }
    return session;
  }
}
