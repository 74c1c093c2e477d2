import type { SessionSource, TaskContext } from '@incognita/runtime';
import { type DecodePlan, type DecodeStep, decode, type Finish } from './decode.js';
import { packSteps } from './packedSteps.js';

/** Arguments of {@link decodeInWorker}. */
export interface DecodeArgs {
  readonly source: SessionSource;
  readonly prepack: boolean;
  readonly plan: DecodePlan;
  /** How many steps the reader took: one shared integer, which it raises and notifies. */
  readonly taken: Int32Array;
}

/** Steps are sent at most this often: each message wakes the other thread, which costs as much as a token of a small model. */
const PAUSE_MS = 12;
/** How long the worker sleeps at most before it looks whether it was cancelled. */
const SLEEP_MS = 20;

/**
 * The loop of a decoder in a worker, beside its session: the cache never leaves it. Steps are sent as progress, those of a few
 * milliseconds together ({@link PackedSteps}); it sleeps while it is `plan.lead` steps ahead of the reader.
 */
export async function decodeInWorker({ source, prepack, plan, taken }: DecodeArgs, context: TaskContext): Promise<Finish> {
  const session = await context.openSession(source, { prepack });
  let waiting: DecodeStep[] = [];
  let [made, sent] = [0, Number.NEGATIVE_INFINITY];
  const send = (): void => {
    if (waiting.length > 0) context.progress(packSteps(waiting));
    waiting = [];
    sent = performance.now();
  };
  const sleep = (): void => {
    for (let read = Atomics.load(taken, 0); made - read >= plan.lead; read = Atomics.load(taken, 0)) {
      context.throwIfAborted();
      Atomics.wait(taken, 0, read, SLEEP_MS);
    }
  };
  try {
    return await decode(session, plan, (step) => {
      waiting.push(step);
      made++;
      const far = made - Atomics.load(taken, 0) >= plan.lead;
      if (far || performance.now() - sent >= PAUSE_MS) send();
      if (far) sleep();
    });
  } finally {
    send();
  }
}
