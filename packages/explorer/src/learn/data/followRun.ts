import { TRAINING_VERSION, type TrainingRun, trainingRunSchema } from '@incognita/workspace/schema';
import { createTail } from '../../data/tail.js';
import { type Metrics, NO_METRICS, withLines } from './metrics.js';

/** A run as far as it could be read. */
export interface RunState {
  readonly run: TrainingRun | null;
  readonly metrics: Metrics;
  /** Why it could not be read (again). */
  readonly problem: string | null;
  /** When the page last saw something new, in milliseconds of `performance.now()`; null before the second reading. */
  readonly newsAt: number | null;
}

const RUNNING_MS = 1000;
const RESTING_MS = 6000;

/** Reads the run in a folder and follows it: `run.json` whole, `metrics.jsonl` by what is new. Returns a function that stops it. */
export function followRun(path: string, onChange: (state: RunState) => void): () => void {
  let state: RunState = { run: null, metrics: NO_METRICS, problem: null, newsAt: null };
  let text = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const tail = createTail(`./${path}metrics.jsonl`);

  const look = async () => {
    let next = state;
    try {
      const response = await fetch(`./${path}run.json`, { cache: 'no-cache' });
      if (!response.ok) throw new Error(`${path}run.json: the server answered ${response.status}`);
      const now = await response.text();
      const { anew, lines } = await tail();
      const run = now === text ? state.run : parseRun(now);
      const metrics = anew ? withLines(NO_METRICS, lines) : withLines(state.metrics, lines);
      const news = now !== text || lines.length > 0;
      text = now;
      if (news || state.problem !== null)
        next = { run, metrics, problem: null, newsAt: state.run === null ? null : performance.now() };
    } catch (error) {
      next = { ...state, problem: (error as Error).message };
    }
    if (stopped) return;
    if (next !== state) onChange(next);
    state = next;
    timer = setTimeout(look, document.hidden || (state.run && state.run.state !== 'running') ? RESTING_MS : RUNNING_MS);
  };
  void look();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

export function parseRun(text: string): TrainingRun {
  const json: unknown = JSON.parse(text);
  const { version } = Object(json) as { version?: unknown };
  if (typeof version === 'number' && version > TRAINING_VERSION)
    throw new Error(`run.json has format version ${version}, which this page cannot read: it is from a newer Incognita.`);
  const result = trainingRunSchema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`run.json: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`);
}
