import { type MetricsLine, metricsLineSchema } from '@incognita/workspace/schema';

/** Means over the steps since the line before; of pictures or of a text. */
export interface TrainingLine {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
  /** Pictures or tokens a second. */
  readonly speed: number;
  readonly stepMs: number;
  /** Share named rightly; absent for a text. */
  readonly accuracy?: number;
}

/** An evaluation of what was held out. */
export interface EvaluationLine {
  readonly step: number;
  readonly epoch: number;
  readonly best: boolean;
  readonly loss?: number | undefined;
  /** Absent for a text. */
  readonly top1?: number;
  readonly top5?: number;
}

/** What a run has measured until now, in the order of its steps. */
export interface Metrics {
  readonly training: readonly TrainingLine[];
  readonly evaluations: readonly EvaluationLine[];
  /** What is counted: null before the first line. */
  readonly of: 'pictures' | 'tokens' | null;
  /** Lines that could not be read. */
  readonly unreadable: number;
}

export const NO_METRICS: Metrics = { training: [], evaluations: [], of: null, unreadable: 0 };

/** Metrics with more lines of `metrics.jsonl`. The same value where there is none. */
export function withLines(metrics: Metrics, lines: readonly string[]): Metrics {
  if (lines.length === 0) return metrics;
  const training = [...metrics.training];
  const evaluations = [...metrics.evaluations];
  let { unreadable, of } = metrics;
  for (const text of lines) {
    const line = parsed(text);
    if (line === null) {
      unreadable++;
      continue;
    }
    of = line.kind === 'text' || line.kind === 'textEvaluation' ? 'tokens' : 'pictures';
    if (line.kind === 'training') training.push({ ...line, speed: line.imagesPerSecond, stepMs: line.ms.step });
    else if (line.kind === 'text') training.push({ ...line, speed: line.tokensPerSecond, stepMs: line.ms.step });
    else evaluations.push(line);
  }
  return { training, evaluations, of, unreadable };
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
  const recent = training.slice(-10).map((line) => line.stepMs);
  if (recent.length < 2) return null;
  const middle = recent.sort((a, b) => a - b)[recent.length >> 1]!;
  return (Math.max(0, steps - training.at(-1)!.step) * middle) / 1000;
}
