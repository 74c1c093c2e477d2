import type { Parameter } from '@incognita/learn';
import type { WorkerPool } from '@incognita/runtime';
import { TRAINING_VERSION, type TrainingRun } from '@incognita/workspace';
import { UsageError } from '../errors.js';
import { version } from '../version.js';
import type { AskedRecord } from './asked.js';
import type { Beginning } from './resume.js';

/** What a run is made of, whatever it learns from. */
export interface RunBeginning {
  readonly network: Omit<TrainingRun['network'], 'parameters'>;
  readonly parameters: readonly Parameter[];
  readonly data: TrainingRun['data'];
  /** What the data are, in words: `the pictures of`. */
  readonly what: string;
  readonly asked: AskedRecord;
  readonly settings: object;
  readonly beginning: Pick<Beginning, 'run' | 'changes'>;
  readonly pool: WorkerPool;
}

/** What `run.json` says of a run that begins or goes on. @throws UsageError when it would go on with other data. */
export async function beginRun(given: RunBeginning): Promise<TrainingRun> {
  const { network, parameters, data, what, asked, settings, beginning, pool } = given;
  if (beginning.run !== null && beginning.run.data.sha256 !== data.sha256)
    throw new UsageError(
      `${what} ${data.name} is not what the run began with. Bring it back, choose another --out, or start afresh with --force`,
    );
  const engine = await pool.engine();
  return {
    format: 'incognita-training',
    version: TRAINING_VERSION,
    generator: `incognita ${version}`,
    engine: `ONNX Runtime ${engine.version} (${engine.name})`,
    state: 'running',
    message: null,
    network: { ...network, parameters: parameters.reduce((sum, { dims }) => sum + dims.reduce((a, b) => a * b, 1), 0) },
    data,
    asked,
    settings: { ...settings },
    changes: beginning.changes,
    result: null,
  };
}
