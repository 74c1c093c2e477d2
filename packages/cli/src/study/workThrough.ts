import { isAbort } from '../errors.js';
import type { Progress } from '../progress.js';
import { RunDivergedError } from '../training/toItsEnd.js';

/** One of several things that a study trains. */
export interface StudyItem {
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'stopped' | 'diverged' | 'finished';
}

/** A study with what it needs to come to its end. */
export interface Study<T extends StudyItem> {
  readonly items: readonly T[];
  /** How long an item takes in comparison with the others, about. */
  readonly costOf: (item: T) => number;
  /** Trains an item, tells which share of it is done, and returns what is known of it then. */
  readonly train: (item: T, show: (share: number, detail: string) => void) => Promise<Partial<T>>;
  /** Writes how the study stands: called when an item begins and ends. */
  readonly keep: (items: readonly T[], state: 'running' | 'stopped' | 'finished') => Promise<void>;
  /** One line about an item that has been finished. */
  readonly describe: (item: T) => string;
  readonly progress: Progress;
  readonly label: string;
}

/** Whether nothing is left to do for an item. */
export function isOver({ state }: StudyItem): boolean {
  return state === 'finished' || state === 'diverged';
}

/**
 * Trains what is not finished, one after the other, with the time left over all of them. One that diverges is noted and passed over.
 *
 * @throws what stopped it, after the study's state has been written.
 */
export async function workThrough<T extends StudyItem>(study: Study<T>): Promise<readonly T[]> {
  const { costOf, train, keep, describe, progress, label } = study;
  let items = study.items;
  const total = items.reduce((sum, item) => sum + costOf(item), 0);
  const change = (name: string, changed: Partial<T>): void => {
    items = items.map((item) => (item.name === name ? { ...item, ...changed } : item));
  };
  await keep(items, 'running');
  for (const item of study.items.filter((one) => !isOver(one))) {
    const over = items.filter(isOver);
    const before = over.reduce((sum, one) => sum + costOf(one), 0);
    const counts = `${over.length + 1} of ${items.length}`;
    const show = (share: number, detail: string): void =>
      progress.report({ label, total, counts, detail, done: Math.min(before + costOf(item) * share, total * (1 - 1e-9)) });
    const state = (now: StudyItem['state']): Partial<T> => ({ state: now }) as Partial<T>;
    change(item.name, state('running'));
    await keep(items, 'running');
    try {
      change(item.name, { ...(await train(item, show)), ...state('finished') });
      progress.note(describe(items.find(({ name }) => name === item.name)!));
    } catch (error) {
      const diverged = error instanceof RunDivergedError;
      change(item.name, state(diverged ? 'diverged' : 'stopped'));
      if (!diverged) {
        if (isAbort(error)) await keep(items, 'stopped');
        throw error;
      }
      progress.note(`${item.name} has diverged: ${error.message}`);
    }
    await keep(items, 'running');
  }
  progress.report({ label, total, done: total, counts: `${items.length} of ${items.length}` });
  await keep(items, 'finished');
  return items;
}
