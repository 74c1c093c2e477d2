import { createHash } from 'node:crypto';
import { type CourseCheckpoint, gptOf, type TextData, textTokenizer, tokenParameters } from '@incognita/learn';
import type { WorkerPool } from '@incognita/runtime';
import type { TrainingRun } from '@incognita/workspace';
import type { AskedRecord } from '../training/asked.js';
import { beginRun } from '../training/beginRun.js';
import type { Beginning } from '../training/resume.js';
import { gptSettingsOf } from './askedText.js';

interface Described {
  readonly asked: AskedRecord;
  readonly data: TextData;
  readonly beginning: Beginning<CourseCheckpoint>;
  readonly pool: WorkerPool;
}

/** What `run.json` says of a run on a text. @throws UsageError when it would go on with another text. */
export async function describeTextRun({ asked, data, beginning, pool }: Described): Promise<TrainingRun> {
  const settings = gptSettingsOf(asked);
  const { vocabulary } = textTokenizer(data.tokenizer);
  const network = gptOf(settings, vocabulary);
  return beginRun({
    network: { name: network.name, description: network.description, inputShape: [network.block] },
    parameters: tokenParameters(network),
    data: {
      name: data.name,
      description: data.description,
      classes: vocabulary,
      training: data.training.length,
      heldOut: data.validation?.length ?? 0,
      sha256: fingerprint(data),
      skipped: [],
    },
    what: 'the text',
    ...{ asked, settings, beginning, pool },
  });
}

/** SHA-256 over the tokenizer and all tokens. */
function fingerprint({ tokenizer, training, validation }: TextData): string {
  const hash = createHash('sha256').update(JSON.stringify(tokenizer));
  for (const part of [training, validation ?? new Uint16Array()])
    hash.update(`${part.length},`).update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  return hash.digest('hex');
}
