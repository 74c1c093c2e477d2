import type { Model } from '@incognita/onnx';
import {
  type ModelSource,
  type SessionSource,
  sessionSource,
  type TaskRef,
  type Tensor,
  type WorkerPool,
} from '@incognita/runtime';
import type { GraphRunner } from './graphRunner.js';
import type { RunFeedsArgs } from './runFeeds.task.js';

/** The task that runs a session many times. */
export const runFeedsTask: TaskRef = {
  module: new URL(/* @vite-ignore */ '../../dist/attribution/runFeeds.task.js', import.meta.url).href,
  export: 'runFeeds',
};

/** Runs edits of a loaded model on the workers of a pool; each edit is written and hashed once. */
export function poolRunner(source: ModelSource, pool: WorkerPool): GraphRunner {
  const written = new WeakMap<Model, SessionSource>();
  return {
    run(edited, runs, outputs) {
      const session = written.get(edited) ?? sessionSource(source, edited);
      written.set(edited, session);
      return pool.run<RunFeedsArgs, Record<string, Tensor>[]>(runFeedsTask, {
        session,
        runs,
        ...(outputs === undefined ? {} : { outputs }),
      });
    },
  };
}
