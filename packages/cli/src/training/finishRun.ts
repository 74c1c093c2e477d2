import { type ClassifierData, classifierModel, evaluate, modelCard, type TrainedClassifier } from '@incognita/learn';
import { write } from '@incognita/onnx';
import type { WorkerPool } from '@incognita/runtime';
import { sha256, type TrainingFolder, type TrainingRun } from '@incognita/workspace';
import { commandOf, settingsOf } from './asked.js';

interface Finish {
  readonly folder: TrainingFolder;
  readonly run: TrainingRun;
  readonly trained: TrainedClassifier;
  readonly pictures: ClassifierData;
  readonly pool: WorkerPool;
}

/** Writes the network, its class names and its card, and says in `run.json` that the run is finished. What is measured is the very file. */
export async function finishRun({ folder, run, trained, pictures, pool }: Finish): Promise<TrainingRun> {
  const { network, weights, step, steps } = trained;
  const half = run.asked.half === true;
  const model = classifierModel(network, weights, pictures.classNames, { half });
  const bytes = write(model);
  const { validation } = pictures;
  const measured = validation && (await evaluate(model, validation, { pool, sidePx: network.inputShape[2]! }));
  const accuracy = measured && { pictures: measured.pictures, top1: measured.top1, top5: measured.top5 };
  const facts = { network, data: pictures, settings: settingsOf(run.asked, run.data.training), step, steps, accuracy, half };
  const card = modelCard({ ...facts, changes: run.changes, engine: run.engine, command: commandOf(run.asked) });
  await folder.writeProduct('labels.json', `${JSON.stringify(pictures.classNames, null, 1)}\n`);
  await folder.writeProduct('card.md', card);
  await folder.writeProduct('model.onnx', bytes);
  const finished: TrainingRun = { ...run, state: 'finished', result: { steps, step, accuracy, modelSha256: sha256(bytes) } };
  await folder.writeRun(finished);
  return finished;
}
