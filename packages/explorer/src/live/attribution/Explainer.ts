import { createStore, type Store } from '../../state/store.js';
import { type Attribution, type AttributionRequest, EngineGoneError, type LiveEngine } from '../data/LiveEngine.js';

export interface ExplainerState {
  readonly found: Attribution | null;
  /** What it answers. */
  readonly of: Omit<AttributionRequest, 'picture'> | null;
  readonly error: string | null;
  readonly busy: boolean;
}

const MOST_PAUSE_MS = 2000;
const NOTHING: ExplainerState = { found: null, of: null, error: null, busy: false };

/**
 * Explains one picture after another: while one explanation is made, only the latest question waits. Another unit, method or layer ends what is being
 * made; another picture of a camera does not, or slow methods would never end.
 */
export class Explainer {
  readonly state: Store<ExplainerState> = createStore(NOTHING);
  readonly #engine: LiveEngine;
  #running: { readonly question: string; readonly cancel: AbortController } | null = null;
  #waiting: { readonly request: AttributionRequest; readonly question: string; readonly moves: boolean } | null = null;
  #question = '';

  constructor(engine: LiveEngine) {
    this.#engine = engine;
  }

  /**
   * Asks; null asks for nothing and forgets what was found.
   *
   * @param question names what is asked but for the picture: the strongest class of a camera's pictures stays one question, whichever class it is.
   * @param moves the picture is one of a camera's.
   */
  ask(request: AttributionRequest | null, { question, moves }: { readonly question: string; readonly moves: boolean }): void {
    if (request === null) {
      this.#running?.cancel.abort();
      this.#running = null;
      this.#waiting = null;
      this.state.set(NOTHING);
      return;
    }
    this.#waiting = { request, question, moves };
    if (this.#running !== null && moves && this.#running.question === question) return;
    this.#running?.cancel.abort();
    void this.#next();
  }

  async #next(): Promise<void> {
    const asked = this.#waiting;
    this.#waiting = null;
    if (asked === null) return;
    const { request, question, moves } = asked;
    const running = { question, cancel: new AbortController() };
    this.#running = running;
    const start = performance.now();
    const { picture: _, ...of } = request;
    const anew = question !== this.#question;
    this.#question = question;
    this.state.set((now) => ({ ...now, busy: true, ...(anew ? { found: null, error: null } : {}) }));
    try {
      const found = await this.#engine.attribute(request, running.cancel.signal);
      if (this.#running !== running) return;
      if (found) this.state.set({ found, of, error: null, busy: false });
    } catch (error) {
      if (this.#running !== running) return;
      // That the engine is gone is said by the frames, which ask again.
      if (!(error instanceof EngineGoneError)) this.state.set({ found: null, of, error: (error as Error).message, busy: false });
    }
    // The frames of a camera get half of the time at least.
    if (moves) await new Promise((resolve) => setTimeout(resolve, Math.min(MOST_PAUSE_MS, performance.now() - start)));
    if (this.#running !== running) return;
    this.#running = null;
    void this.#next();
  }
}
