import { type Lineage, lineageSchema, type Sweep, sweepSchema } from '@incognita/workspace/schema';
import { useEffect, useState } from 'react';

const POLL_MS = 2500;
const SCHEMAS = { sweep: sweepSchema, lineage: lineageSchema } as const;
interface Studies {
  readonly sweep: Sweep;
  readonly lineage: Lineage;
}

/** What a sweep or a lineage says of itself, read again while it goes on. */
export function useStudy<K extends keyof Studies>(kind: K, path: string): { study: Studies[K] | null; problem: string | null } {
  const [state, setState] = useState<{ study: Studies[K] | null; problem: string | null }>({ study: null, problem: null });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    let text = '';
    const look = async () => {
      let going = true;
      try {
        const response = await fetch(`./${path}${kind}.json`, { cache: 'no-cache' });
        if (!response.ok) throw new Error(`${kind}.json: the server answered ${response.status}`);
        const now = await response.text();
        const study = SCHEMAS[kind].parse(JSON.parse(now)) as Studies[K];
        going = study.state !== 'finished';
        if (now !== text && !stopped) setState({ study, problem: null });
        text = now;
      } catch (error) {
        if (!stopped) setState((before) => ({ ...before, problem: (error as Error).message }));
      }
      if (!stopped && going) timer = setTimeout(look, POLL_MS);
    };
    void look();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [kind, path]);
  return state;
}
