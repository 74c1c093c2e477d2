import { loadModelSource, type TaskContext } from '@incognita/runtime';
import { channelObjective, directionObjective, prepareRenderer, renderBatch } from '@incognita/vision';
import { learntPreprocessing } from '../pictures/learntPreprocessing.js';
import { lastMap, type WatchedUnit } from './watchedUnits.js';

/** Arguments of {@link optimiseUnits}. */
export interface UnitPicturesArgs {
  /** The classifier as an ONNX file, from `input` to `output`. */
  readonly bytes: Uint8Array;
  readonly units: readonly WatchedUnit[];
  readonly classes: number;
  readonly sidePx: number;
  readonly steps: number;
}

/** Pictures of units in their order. */
export interface UnitPictures {
  /** [units, side, side, 3]. */
  readonly pictures: Uint8Array;
  /** What each unit answers to its picture, mean over fixed transforms. */
  readonly scores: Float32Array;
}

const BATCH = 8;

/** A task for a worker: optimises a picture for each unit, from noise that depends on the unit alone. */
export async function optimiseUnits(args: UnitPicturesArgs, context: TaskContext): Promise<UnitPictures> {
  const { bytes, units, classes, sidePx, steps } = args;
  const source = await loadModelSource({ bytes });
  const size = sidePx * sidePx * 3;
  const pictures = new Uint8Array(units.length * size);
  const scores = new Float32Array(units.length);
  for (const kind of ['channel', 'class'] as const) {
    const wanted = units.flatMap((unit, place) => (unit.kind === kind ? [{ ...unit, place }] : []));
    if (wanted.length === 0) continue;
    const layer = kind === 'channel' ? lastMap(source.model) : null;
    const channels = layer === null ? classes : layer.channels!;
    const renderer = prepareRenderer(source, {
      ...{ tensor: layer?.tensor ?? 'output', preprocessing: learntPreprocessing(sidePx), sizePx: sidePx },
      ...{ batch: Math.min(BATCH, wanted.length), objective: layer === null ? directionObjective() : channelObjective() },
    });
    for (let from = 0; from < wanted.length; from += renderer.batch) {
      const part = wanted.slice(from, from + renderer.batch);
      const targets = new Float32Array(part.length * channels);
      for (const [i, { index }] of part.entries()) targets[i * channels + index] = 1;
      const made = await renderBatch({ renderer, targets, seeds: part.map(({ index }) => index + 1), steps }, context);
      for (const [i, { place }] of part.entries()) {
        pictures.set(made.pictures.subarray(i * size, (i + 1) * size), place * size);
        scores[place] = made.scores[i]!;
      }
    }
  }
  return { pictures, scores };
}
