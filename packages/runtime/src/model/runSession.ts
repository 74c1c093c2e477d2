import type { SessionOptions, SessionSource } from '../session/source.js';
import { buffersOf, type Feeds, type Tensor } from '../tensor.js';
import type { TaskContext } from '../worker/task.js';

/** Arguments of {@link runSession}. */
export interface RunSessionArgs {
  readonly source: SessionSource;
  readonly options: SessionOptions;
  readonly feeds: Feeds;
}

/** The task behind {@link OpenModel}: one run of one session. */
export async function runSession(
  { source, options, feeds }: RunSessionArgs,
  context: TaskContext,
): Promise<Record<string, Tensor>> {
  const session = await context.openSession(source, options);
  const result = await session.run(feeds);
  return context.transfer(buffersOf(result), result);
}
