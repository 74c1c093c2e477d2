import type { SessionSource, TaskContext } from '@incognita/runtime';
import { type DecodePlan, decode, type Finish } from './decode.js';

/** Arguments of {@link decodeInWorker}. */
export interface DecodeArgs {
  readonly source: SessionSource;
  readonly prepack: boolean;
  readonly plan: DecodePlan;
}

/** The loop of a decoder in a worker, beside its session: the cache never leaves it. Steps are sent as progress. */
export async function decodeInWorker({ source, prepack, plan }: DecodeArgs, context: TaskContext): Promise<Finish> {
  const session = await context.openSession(source, { prepack });
  return decode(session, plan, (step) => context.progress(step));
}
