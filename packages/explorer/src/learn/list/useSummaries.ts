import type { Offers, TrainingRun } from '@incognita/workspace/schema';
import { useEffect, useState } from 'react';
import { parseRun } from '../data/followRun.js';
import { type EvaluationLine, lastStep, NO_METRICS, withLines } from '../data/metrics.js';

/** How a run stands, without its curves. */
export interface RunSummary {
  readonly run: TrainingRun | null;
  readonly step: number;
  readonly evaluation: EvaluationLine | null;
  readonly problem: string | null;
}

const POLL_MS = 3000;
/** The end of the metrics that surely holds the last evaluation, unless those are very far apart. */
const TAIL_BYTES = 60_000;

/** Summaries of runs by their paths, read again while one of them goes on. */
export function useSummaries(runs: Offers['runs']): ReadonlyMap<string, RunSummary> {
  const [summaries, setSummaries] = useState<ReadonlyMap<string, RunSummary>>(new Map());
  const key = runs.map(({ path }) => path).join('|');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key names the runs
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    const known = new Map<string, RunSummary>();
    const look = async () => {
      for (const { path } of runs) {
        const before = known.get(path);
        if (before?.run && before.run.state === 'finished') continue;
        known.set(path, await summarize(path));
        if (stopped) return;
        setSummaries(new Map(known));
      }
      if ([...known.values()].some(({ run }) => run?.state !== 'finished')) timer = setTimeout(look, POLL_MS);
    };
    void look();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [key]);
  return summaries;
}

async function summarize(path: string): Promise<RunSummary> {
  try {
    const response = await fetch(`./${path}run.json`, { cache: 'no-cache' });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    const run = parseRun(await response.text());
    if (run.state === 'finished') return { run, step: run.result!.steps, evaluation: null, problem: null };
    const end = await fetch(`./${path}metrics.jsonl`, { cache: 'no-store', headers: { Range: `bytes=-${TAIL_BYTES}` } });
    const lines = end.ok ? (await end.text()).split('\n').filter((line) => line.startsWith('{') && line.endsWith('}')) : [];
    const metrics = withLines(NO_METRICS, lines);
    return { run, step: lastStep(metrics), evaluation: metrics.evaluations.at(-1) ?? null, problem: null };
  } catch (error) {
    return { run: null, step: 0, evaluation: null, problem: (error as Error).message };
  }
}
