import type { Feeds, SessionSource, TaskContext, Tensor } from '@incognita/runtime';

/** Runs of one session. */
export interface RunFeedsArgs {
  readonly session: SessionSource;
  readonly runs: readonly Feeds[];
  /** Default: all outputs. */
  readonly outputs?: readonly string[];
}

/** Worker task: runs a session on every one of the feeds. */
export async function runFeeds(
  { session, runs, outputs }: RunFeedsArgs,
  context: TaskContext,
): Promise<Record<string, Tensor>[]> {
  const opened = await context.openSession(session);
  const results: Record<string, Tensor>[] = [];
  for (const feeds of runs) {
    context.throwIfAborted();
    const result = await opened.run(feeds, outputs);
    // Results of one run may lie in memory that the next run writes to.
    results.push(
      Object.fromEntries(Object.entries(result).map(([name, value]) => [name, { ...value, data: value.data.slice() }])),
    );
  }
  return results;
}
