import type { Feeds, SessionSource, TaskContext, Tensor } from '@incognita/runtime';

/** Sessions to time against one another, each with its own feeds. */
export interface TimeArgs {
  readonly sessions: readonly { readonly source: SessionSource; readonly feeds: Feeds }[];
  readonly rounds: number;
}

/**
 * Times sessions inside a worker, turn and turn about, so that a noisy machine disturbs all of them alike. What else runs on the
 * machine only ever adds to a run, so the best one is what is given.
 *
 * @returns the least milliseconds of one run of each session
 */
export async function timeSessions({ sessions, rounds }: TimeArgs, context: TaskContext): Promise<number[]> {
  const open = await Promise.all(
    sessions.map(async ({ source, feeds }) => ({ session: await context.openSession(source), feeds })),
  );
  const samples: number[][] = open.map(() => []);
  for (let round = -2; round < rounds; round++) {
    for (const [index, { session, feeds }] of open.entries()) {
      const start = performance.now();
      await session.run(feeds);
      if (round >= 0) samples[index]!.push(performance.now() - start);
    }
  }
  return samples.map((times) => Math.min(...times));
}

/** One run, for its outputs. */
export async function runOnce({ sessions }: TimeArgs, context: TaskContext): Promise<Record<string, Tensor>> {
  const { source, feeds } = sessions[0]!;
  return (await context.openSession(source)).run(feeds);
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
