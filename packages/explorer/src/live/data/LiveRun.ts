import { createStore, type Store } from '../../state/store.js';
import { EngineGoneError, type EnginePicture, type Frame, type LiveEngine } from './LiveEngine.js';
import { Rate } from './Rate.js';

/** Where pictures come from: one that stays, or a camera that gives another each time. */
export interface PictureSource {
  /** Names it: two sources with one key are the same pictures. */
  readonly key: string;
  readonly moves: boolean;
  /** The picture now; of a camera the next one. Null where the source has ended. */
  next(): Promise<EnginePicture | null>;
}

/** What is looked at. */
export interface Look {
  readonly network: string;
  readonly layer: string | null;
  /** Whether the layer's exact values are wanted as well. */
  readonly values: boolean;
}

export interface LiveState {
  readonly frame: Frame | null;
  /** The picture that the frame was made from. */
  readonly picture: EnginePicture | null;
  /** Source and look that the frame is of. */
  readonly of: string | null;
  readonly error: string | null;
  /** The engine does not answer; it is asked again. */
  readonly gone: boolean;
  readonly busy: boolean;
  /** Frames a second, of a source that moves; null until it is known. */
  readonly fps: number | null;
  /** Milliseconds from asking to having the answer, that the engine did not account for. */
  readonly transferMs: number;
}

const NOTHING: LiveState = {
  ...{ frame: null, picture: null, of: null, error: null, gone: false, busy: false, fps: null, transferMs: 0 },
};
const RETRY_MS = 1500;

/**
 * Takes pictures through a network: one that stays once, those of a camera one after another, each as soon as the one before is there, so that there is never
 * a queue. What is looked at may change at any time; an earlier answer is never shown for a later question.
 */
export class LiveRun {
  readonly state: Store<LiveState> = createStore(NOTHING);
  readonly #engine: LiveEngine;
  #source: PictureSource | null = null;
  #look: Look | null = null;
  #round: AbortController | null = null;
  #rate = new Rate();

  constructor(engine: LiveEngine) {
    this.#engine = engine;
  }

  /** Shows another source, or another part of the network. Nulls show nothing. */
  show(source: PictureSource | null, look: Look | null): void {
    const same = source?.key === this.#source?.key && JSON.stringify(look) === JSON.stringify(this.#look);
    if (same && this.state.get().error === null) return;
    this.#source = source;
    this.#look = look;
    this.#begin();
  }

  stop(): void {
    this.show(null, null);
  }

  #begin(): void {
    this.#round?.abort();
    this.#rate = new Rate();
    const [source, look] = [this.#source, this.#look];
    if (source === null || look === null) {
      this.state.set(NOTHING);
      return;
    }
    this.#round = new AbortController();
    this.state.set((now) => ({ ...now, busy: true, error: null, fps: null }));
    void this.#go(source, look, this.#round.signal);
  }

  async #go(source: PictureSource, look: Look, signal: AbortSignal): Promise<void> {
    const of = keyOf(source, look);
    while (!signal.aborted) {
      try {
        const picture = await source.next();
        if (signal.aborted) return;
        if (picture === null) {
          this.state.set((now) => ({ ...now, busy: false, fps: null }));
          return;
        }
        const asked = performance.now();
        const frame = await this.#engine.frame({ ...look, picture }, signal);
        if (signal.aborted || frame === null) continue;
        const now = performance.now();
        const spent = Object.values(frame.ms).reduce((a, b) => a + b, 0);
        const fps = source.moves ? this.#rate.tick(now) : null;
        const transferMs = Math.max(0, now - asked - spent);
        this.state.set({ frame, picture, of, error: null, gone: false, busy: source.moves, fps, transferMs });
        if (!source.moves) return;
      } catch (error) {
        if (signal.aborted) return;
        const gone = error instanceof EngineGoneError;
        this.state.set((now) => ({ ...now, error: (error as Error).message, gone, busy: false, fps: null }));
        if (!gone) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}

/** Names a source and what is looked at, as {@link LiveState.of} does. */
export function keyOf(source: PictureSource, { network, layer }: Look): string {
  return JSON.stringify([source.key, network, layer]);
}
