import { type ClassifierData, networkNamed, partsOf } from '@incognita/learn';
import type { WorkerPool } from '@incognita/runtime';
import type { TrainingRun } from '@incognita/workspace';
import { type AskedRecord, settingsOf } from './asked.js';
import { beginRun } from './beginRun.js';
import type { Beginning } from './resume.js';
import { fingerprint } from './trainingData.js';

interface Described {
  readonly network: string;
  readonly asked: AskedRecord;
  readonly data: ClassifierData;
  readonly beginning: Beginning;
  readonly pool: WorkerPool;
}

/** What `run.json` says of a run on pictures. @throws UsageError when it would go on with other pictures. */
export async function describeRun({ network, asked, data, beginning, pool }: Described): Promise<TrainingRun> {
  const settings = settingsOf(asked, data.training.labels.length);
  const made = networkNamed(network).make({ classes: data.classNames.length, width: settings.width });
  return beginRun({
    network: { name: made.name, description: made.description, inputShape: [...made.inputShape] },
    parameters: partsOf(made).parameters,
    data: {
      name: data.name,
      description: data.description,
      classes: data.classNames.length,
      training: data.training.labels.length,
      heldOut: data.validation?.labels.length ?? 0,
      sha256: fingerprint(data),
      skipped: data.skipped.map((picture) => ({ ...picture })),
    },
    what: 'the picture set',
    ...{ asked, settings, beginning, pool },
  });
}
