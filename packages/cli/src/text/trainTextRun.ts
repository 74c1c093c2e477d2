import {
  beginningTokenizer,
  type CourseCheckpoint,
  evaluateText,
  gptCard,
  gptModel,
  type TextData,
  type TextEvent,
  type TrainedGpt,
  textTokenizer,
  tokenizerConfig,
  trainGpt,
} from '@incognita/learn';
import { write } from '@incognita/onnx';
import type { WorkerPool } from '@incognita/runtime';
import { sha256, type TrainingFolder, type TrainingRun } from '@incognita/workspace';
import { commandOf } from '../training/asked.js';
import { savedCheckpoint, savedWeights } from '../training/checkpointFile.js';
import type { Beginning } from '../training/resume.js';
import { toItsEnd } from '../training/toItsEnd.js';
import { gptSettingsOf, TEXT_DEFAULTS } from './askedText.js';

/** A run on a text with all that it needs to go to its end. */
export interface TextRunToTrain {
  readonly folder: TrainingFolder;
  readonly run: TrainingRun;
  readonly beginning: Beginning<CourseCheckpoint>;
  readonly data: TextData;
  readonly pool: WorkerPool;
  readonly checkpointEvery: number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: TextEvent) => void;
}

/** Trains a run on a text from where it is to its end: metrics, checkpoints, and the finished network in its folder. */
export async function trainTextRun(given: TextRunToTrain): Promise<TrainingRun> {
  const { folder, run, beginning, data, pool, checkpointEvery, signal, onEvent } = given;
  return toItsEnd(folder, run, async () => {
    const { checkpoint, best } = beginning;
    await folder.cutMetrics(checkpoint?.step ?? 0);
    const trained = await trainGpt({
      ...{ settings: gptSettingsOf(run.asked), data, pool, signal, checkpointEvery },
      ...(checkpoint && { resume: { checkpoint, best } }),
      onEvent: async (event) => {
        await folder.appendMetrics(event);
        onEvent(event);
      },
      onCheckpoint: (saved) => folder.writeCheckpoint(saved.step, savedCheckpoint(saved)),
      onBest: (weights, step) => folder.writeBest(savedWeights(weights, step)),
    });
    return finishTextRun(given, trained);
  });
}

/** Writes the network, its tokenizer and its card, and says in `run.json` that the run is finished. What is measured is the very file. */
async function finishTextRun({ folder, run, data, pool }: TextRunToTrain, trained: TrainedGpt): Promise<TrainingRun> {
  const { network, weights, step, steps } = trained;
  const [half, plain] = [run.asked.half === true, run.asked.plain === true];
  const settings = gptSettingsOf(run.asked);
  const begins = settings.begin === 'texts';
  const tokenizer = begins ? beginningTokenizer(data.tokenizer) : data.tokenizer;
  const model = gptModel(network, weights, tokenizer, { half, cache: !plain });
  const bytes = write(model);
  const endOfText = begins ? textTokenizer(data.tokenizer).endOfText : null;
  const foresight = data.validation && (await evaluateText(model, data.validation, { pool, block: network.block, endOfText }));
  const command = commandOf(run.asked, { ...TEXT_DEFAULTS });
  const facts = { network, data, settings, changes: run.changes, step, steps, foresight, half, engine: run.engine, command };
  await folder.writeProduct('tokenizer.json', `${JSON.stringify(tokenizer, null, 1)}\n`);
  await folder.writeProduct('tokenizer_config.json', `${JSON.stringify(tokenizerConfig(tokenizer, network), null, 1)}\n`);
  await folder.writeProduct('card.md', gptCard(facts));
  await folder.writeProduct('model.onnx', bytes);
  const result = { steps, step, accuracy: null, foresight, modelSha256: sha256(bytes) };
  const finished: TrainingRun = { ...run, state: 'finished', result };
  await folder.writeRun(finished);
  return finished;
}
