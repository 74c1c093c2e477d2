import type { SessionSource, TaskContext } from '@incognita/runtime';
import { type DecodePlan, type DecodeStep, decode, type Finish } from './decode.js';

/** Arguments of {@link decodeInWorker}. */
export interface DecodeArgs {
  readonly source: SessionSource;
  readonly prepack: boolean;
  readonly plan: DecodePlan;
}

/** Steps are sent at most this often: each message wakes the other thread, which costs as much as a token of a small model. */
const PAUSE_MS = 12;

/**
 * The loop of a decoder in a worker, beside its session: the cache never leaves it. Steps are sent as progress, those of a few
 * milliseconds together.
 */
export async function decodeInWorker({ source, prepack, plan }: DecodeArgs, context: TaskContext): Promise<Finish> {
  const session = await context.openSession(source, { prepack });
  let waiting: DecodeStep[] = [];
  let sent = Number.NEGATIVE_INFINITY;
  const send = (): void => {
    if (waiting.length > 0) context.progress(waiting);
    waiting = [];
    sent = performance.now();
  };
  try {
    return await decode(session, plan, (step) => {
      waiting.push(step);
      if (performance.now() - sent >= PAUSE_MS) send();
    });
  } finally {
    send();
  }
}
