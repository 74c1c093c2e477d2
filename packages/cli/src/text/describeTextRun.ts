import { createHash } from 'node:crypto';
import { type CourseCheckpoint, gptOf, type TextData, textTokenizer, tokenParameters } from '@incognita/learn';
import type { WorkerPool } from '@incognita/runtime';
import { TRAINING_VERSION, type TrainingRun } from '@incognita/workspace';
import { UsageError } from '../errors.js';
import type { AskedRecord } from '../training/asked.js';
import type { Beginning } from '../training/resume.js';
import { version } from '../version.js';
import { gptSettingsOf } from './askedText.js';

interface Described {
  readonly asked: AskedRecord;
  readonly data: TextData;
  readonly beginning: Beginning<CourseCheckpoint>;
  readonly pool: WorkerPool;
}

/** What `run.json` says of a run on a text that begins or goes on. @throws UsageError when it would go on with another text. */
export async function describeTextRun({ asked, data, beginning, pool }: Described): Promise<TrainingRun> {
  const settings = gptSettingsOf(asked);
  const { vocabulary } = textTokenizer(data.tokenizer);
  const network = gptOf(settings, vocabulary);
  const engine = await pool.engine();
  const sha256 = fingerprint(data);
  if (beginning.run !== null && beginning.run.data.sha256 !== sha256)
    throw new UsageError(
      `the text of ${data.name} is not that which the run began with. Bring it back, choose another --out, or start afresh with --force`,
    );
  return {
    format: 'incognita-training',
    version: TRAINING_VERSION,
    generator: `incognita ${version}`,
    engine: `ONNX Runtime ${engine.version} (${engine.name})`,
    state: 'running',
    message: null,
    network: {
      name: network.name,
      description: network.description,
      parameters: tokenParameters(network).reduce((sum, { dims }) => sum + dims.reduce((a, b) => a * b, 1), 0),
      inputShape: [network.block],
    },
    data: {
      name: data.name,
      description: data.description,
      classes: vocabulary,
      training: data.training.length,
      heldOut: data.validation?.length ?? 0,
      sha256,
      skipped: [],
    },
    asked,
    settings: { ...settings, optimizer: { ...settings.optimizer } },
    changes: beginning.changes,
    result: null,
  };
}

/** SHA-256 over the tokenizer and all tokens. */
function fingerprint({ tokenizer, training, validation }: TextData): string {
  const hash = createHash('sha256').update(JSON.stringify(tokenizer));
  for (const part of [training, validation ?? new Uint16Array()])
    hash.update(`${part.length},`).update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  return hash.digest('hex');
}
