import { type MetricsLine, metricsLineSchema } from '@incognita/workspace/schema';

export type TrainingLine = Extract<MetricsLine, { kind: 'training' }>;
export type EvaluationLine = Extract<MetricsLine, { kind: 'evaluation' }>;

/** What a run has measured until now, in the order of its steps. */
export interface Metrics {
  readonly training: readonly TrainingLine[];
  readonly evaluations: readonly EvaluationLine[];
  /** Lines that could not be read. */
  readonly unreadable: number;
}

export const NO_METRICS: Metrics = { training: [], evaluations: [], unreadable: 0 };

/** Metrics with more lines of `metrics.jsonl`. The same value where there is none. */
export function withLines(metrics: Metrics, lines: readonly string[]): Metrics {
  if (lines.length === 0) return metrics;
  const training = [...metrics.training];
  const evaluations = [...metrics.evaluations];
  let { unreadable } = metrics;
  for (const text of lines) {
    const line = parsed(text);
    if (line === null) unreadable++;
    else if (line.kind === 'training') training.push(line);
    else evaluations.push(line);
  }
  return { training, evaluations, unreadable };
}

function parsed(text: string): MetricsLine | null {
  try {
    return metricsLineSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The last step that is known of. */
export function lastStep({ training, evaluations }: Metrics): number {
  return Math.max(training.at(-1)?.step ?? 0, evaluations.at(-1)?.step ?? 0);
}

/** Seconds that are left at the pace of the last hundred steps, evaluations not counted; null before there is a pace. */
export function secondsLeft({ training }: Metrics, steps: number): number | null {
  const recent = training.slice(-10).map((line) => line.ms.step);
  if (recent.length < 2) return null;
  const middle = recent.sort((a, b) => a - b)[recent.length >> 1]!;
  return (Math.max(0, steps - training.at(-1)!.step) * middle) / 1000;
}
