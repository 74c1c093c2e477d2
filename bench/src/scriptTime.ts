/** An event of the browser's tracing; times in microseconds, `tdur` in those that the thread itself had the processor. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
}

/** What the browser calls running script of a page. */
const SCRIPT = new Set([
  ...['FunctionCall', 'EvaluateScript', 'EventDispatch', 'FireAnimationFrame', 'TimerFire', 'RunMicrotasks', 'FireIdleCallback'],
  'v8.callFunction',
]);

/**
 * Milliseconds of script in each frame of the main thread that drew most: all script between one frame's beginning and the next's, with what the
 * script waited for (style, layout), in time of the processor, so that other work of the machine does not count.
 */
export function perFrame(events: readonly TraceEvent[]): number[] {
  const begins = events.filter(({ name, ph }) => name === 'AnimationFrame' && ph === 'b');
  const threads = new Map<string, number>();
  for (const { pid, tid } of begins) threads.set(`${pid} ${tid}`, (threads.get(`${pid} ${tid}`) ?? 0) + 1);
  const [main] = [...threads].sort((a, b) => b[1] - a[1])[0] ?? [''];
  const own = (event: TraceEvent): boolean => `${event.pid} ${event.tid}` === main;
  const starts = begins
    .filter(own)
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  const spans = events
    .filter((event) => own(event) && event.ph === 'X' && SCRIPT.has(event.name))
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const frames = starts.slice(0, -1).map(() => 0);
  let end = 0;
  let frame = 0;
  for (const { ts, dur = 0, tdur = dur } of spans) {
    // What lies inside another is counted with it.
    if (ts < end) continue;
    end = ts + dur;
    while (frame < frames.length && starts[frame + 1]! <= ts) frame++;
    if (frame < frames.length && ts >= starts[0]!) frames[frame]! += tdur / 1000;
  }
  return frames;
}
