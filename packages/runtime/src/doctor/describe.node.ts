import { availableParallelism } from 'node:os';
import type { EngineInfo, EngineName } from '../engine/engine.js';
import { WorkerPool } from '../worker/pool.node.js';

/** What {@link describeEngine} finds out about one engine. */
export interface EngineReport extends EngineInfo {
  /** Whether it runs here; if not, `reason` says why. */
  readonly available: boolean;
  /** Whether it is the one that `auto` (or INCOGNITA_ENGINE) takes. */
  readonly chosen: boolean;
  /** Processors that this process may use. */
  readonly processors: number;
  /** Whether sessions share the weights of one mapped file. */
  readonly sharesWeights: boolean;
}

/** What the task `probe` answers. */
export type ProbeAnswer = Pick<EngineReport, 'name' | 'available' | 'version' | 'reason' | 'threads' | 'sharesWeights'>;

/**
 * Loads every engine in a worker, opens a small graph whose weights lie in a file, and tells what came of it. For `doctor`.
 *
 * @example
 * for (const { name, chosen, reason } of await describeEngine()) console.log(chosen ? '*' : ' ', name, reason);
 */
export async function describeEngine(): Promise<EngineReport[]> {
  const pool = new WorkerPool();
  try {
    const chosen = await pool.engine().catch((error: Error) => error);
    const reports: EngineReport[] = [];
    for (const name of ['cpu', 'wasm'] satisfies EngineName[]) {
      const answer = await probeIn(name);
      const isChosen = !(chosen instanceof Error) && chosen.name === name;
      const reason = isChosen ? chosen.reason : answer.reason;
      reports.push({ ...answer, reason, chosen: isChosen, processors: availableParallelism() });
    }
    return reports;
  } finally {
    await pool.dispose();
  }
}

/** Each engine has a worker of its own, because both builds register themselves in one place. */
async function probeIn(name: EngineName): Promise<ProbeAnswer> {
  const pool = new WorkerPool();
  try {
    return await pool.run<EngineName, ProbeAnswer>(
      { module: new URL('../../dist/doctor/probe.node.js', import.meta.url).href, export: 'probe' },
      name,
    );
  } finally {
    await pool.dispose();
  }
}
