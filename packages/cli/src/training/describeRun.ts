import { type ClassifierData, networkNamed, partsOf } from '@incognita/learn';
import type { WorkerPool } from '@incognita/runtime';
import { TRAINING_VERSION, type TrainingRun } from '@incognita/workspace';
import { UsageError } from '../errors.js';
import { version } from '../version.js';
import { type AskedRecord, settingsOf } from './asked.js';
import type { Beginning } from './resume.js';
import { fingerprint } from './trainingData.js';

interface Described {
  readonly network: string;
  readonly asked: AskedRecord;
  readonly data: ClassifierData;
  readonly beginning: Beginning;
  readonly pool: WorkerPool;
}

/** What `run.json` says of a run that begins or goes on. @throws UsageError when it would go on with other pictures. */
export async function describeRun({ network, asked, data, beginning, pool }: Described): Promise<TrainingRun> {
  const settings = settingsOf(asked, data.training.labels.length);
  const made = networkNamed(network).make({ classes: data.classNames.length, width: settings.width });
  const engine = await pool.engine();
  const sha256 = fingerprint(data);
  if (beginning.run !== null && beginning.run.data.sha256 !== sha256)
    throw new UsageError(
      `the pictures of ${data.name} are not those that the run began with. Bring them back, choose another --out, or start afresh with --force`,
    );
  return {
    format: 'incognita-training',
    version: TRAINING_VERSION,
    generator: `incognita ${version}`,
    engine: `ONNX Runtime ${engine.version} (${engine.name})`,
    state: 'running',
    message: null,
    network: {
      name: made.name,
      description: made.description,
      parameters: partsOf(made).parameters.reduce((sum, { dims }) => sum + dims.reduce((a, b) => a * b, 1), 0),
      inputShape: [...made.inputShape],
    },
    data: {
      name: data.name,
      description: data.description,
      classes: data.classNames.length,
      training: data.training.labels.length,
      heldOut: data.validation?.labels.length ?? 0,
      sha256,
      skipped: data.skipped.map((picture) => ({ ...picture })),
    },
    asked,
    settings: { ...settings, optimizer: { ...settings.optimizer } },
    changes: beginning.changes,
    result: null,
  };
}
