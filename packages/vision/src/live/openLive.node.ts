import { stat } from 'node:fs/promises';
import type { Model } from '@incognita/onnx';
import { loadModelSource, type ModelSource, type SessionSource, sessionSource, type TaskContext } from '@incognita/runtime';
import type { GraphRunner } from '../attribution/graphRunner.js';
import { resolvePreprocessing } from '../preprocessing/resolvePreprocessing.js';
import { findSidecar } from '../preprocessing/sidecar.node.js';
import { LiveNetwork } from './liveNetwork.js';

/** A network that is open in this thread, with the weights that its edits share. */
export interface OpenLive {
  readonly network: LiveNetwork;
  readonly source: ModelSource;
  /** Runs edits inside a task. */
  runner(context: TaskContext): GraphRunner;
}

interface Kept {
  readonly stamp: string;
  readonly opening: Promise<OpenLive>;
}

const open = new Map<string, Kept>();
/** Networks that one thread keeps. */
const MOST_OPEN = 3;

/**
 * Opens the network of a file in this thread, or finds it open; a file that has changed is opened anew. How pictures become its input is found as for
 * every command: a file beside it, its metadata, or an assumption that says so.
 *
 * @throws Error where the file is missing or no model; NotAnImageModelError where it takes no pictures.
 */
export async function openLive(file: string): Promise<OpenLive> {
  const { size, mtimeMs } = await stat(file);
  const stamp = `${size}:${mtimeMs}`;
  const known = open.get(file);
  const kept = known?.stamp === stamp ? known : { stamp, opening: read(file) };
  open.delete(file);
  open.set(file, kept);
  kept.opening.catch(() => open.get(file) === kept && open.delete(file));
  const [oldest] = open.keys();
  if (open.size > MOST_OPEN && oldest !== undefined) open.delete(oldest);
  return kept.opening;
}

async function read(file: string): Promise<OpenLive> {
  const source = await loadModelSource(file);
  const sidecar = await findSidecar(file);
  const network = new LiveNetwork(source.model, resolvePreprocessing(source.model, sidecar === null ? {} : { sidecar }));
  const written = new WeakMap<Model, SessionSource>();
  return {
    network,
    source,
    runner: (context) => ({
      async run(edited, runs, outputs) {
        const session = written.get(edited) ?? sessionSource(source, edited);
        written.set(edited, session);
        const opened = await context.openSession(session);
        const results = [];
        for (const feeds of runs) {
          context.throwIfAborted();
          const result = await opened.run(feeds, outputs);
          // Results of one run may lie in memory that the next run writes to.
          results.push(runs.length === 1 ? result : copied(result));
        }
        return results;
      },
    }),
  };
}

function copied<T extends Readonly<Record<string, { readonly data: { slice(): unknown } }>>>(result: T): T {
  return Object.fromEntries(Object.entries(result).map(([name, value]) => [name, { ...value, data: value.data.slice() }])) as T;
}
