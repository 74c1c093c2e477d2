import { useEffect, useState } from 'react';
import { followRun, type RunState } from './followRun.js';
import { NO_METRICS } from './metrics.js';

const NOTHING: RunState = { run: null, metrics: NO_METRICS, problem: null, newsAt: null };

/** A run, read again while it changes. */
export function useRun(path: string): RunState {
  const [state, setState] = useState(NOTHING);
  useEffect(() => {
    setState(NOTHING);
    return followRun(path, setState);
  }, [path]);
  return state;
}
