import { address, go } from '../state/address.js';
import { useStore } from '../state/store.js';

/** What the address of the page Learn says. */
export interface LearnAddress {
  /** Folder of the run, as in the offers; null: the list. */
  readonly run: string | null;
  /** Folder of a sweep or a lineage. */
  readonly study: string | null;
  /** The step whose kernels and pictures are shown; null: the last one, following it. */
  readonly step: number | null;
  readonly log: boolean;
  readonly table: boolean;
}

export function parseLearn(search: string): LearnAddress {
  const query = new URLSearchParams(search);
  const step = query.get('step');
  return {
    run: query.get('run'),
    study: query.get('study'),
    step: step !== null && /^\d+$/.test(step) ? Number(step) : null,
    log: query.get('loss') === 'log',
    table: query.get('view') === 'table',
  };
}

/** The shortest query that says the same. */
export function formatLearn({ run, study, step, log, table }: LearnAddress): string {
  const query = new URLSearchParams({ page: 'learn' });
  if (run !== null) query.set('run', run);
  if (study !== null) query.set('study', study);
  if (step !== null) query.set('step', String(step));
  if (log) query.set('loss', 'log');
  if (table) query.set('view', 'table');
  return `?${query.toString().replaceAll('%2F', '/')}`;
}

export function useLearnAddress(): [LearnAddress, (change: Partial<LearnAddress>) => void] {
  const search = useStore(address, (text) => text);
  const now = parseLearn(search);
  /** Another run is a step in the history; all else rewrites the last one. */
  const set = (change: Partial<LearnAddress>) =>
    go(formatLearn({ ...parseLearn(location.search), ...change }), {
      replace: change.run === undefined && change.study === undefined,
    });
  return [now, set];
}
