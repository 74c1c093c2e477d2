import type { TaskContext } from '@incognita/runtime';
import { createSurvey, type Strides, type Survey, type SurveyOptions, surveyPicture } from '@incognita/vision';
import { type ForwardSetup, forwardPictures } from '../collect/collect.task.node.js';

/** A layer to survey. */
export interface SurveyLayer {
  readonly tensor: string;
  readonly strides: Strides;
  /** Numbers of the layer's tensor for one picture. */
  readonly size: number;
}

export interface SurveyArgs extends ForwardSetup {
  readonly files: readonly string[];
  /** Index of the first of `files` among all pictures. */
  readonly firstPicture: number;
  readonly layers: readonly SurveyLayer[];
  readonly keep: Omit<SurveyOptions, 'channels'>;
  /** Of each file the position by layer at which it is sampled, or null: it is no sample. */
  readonly sampled: readonly (readonly number[] | null)[];
}

/** What a part of the pictures says of one layer. */
export interface SurveyPart {
  readonly survey: Survey;
  /** [samples, channels]: values at the sampled position, and means over all positions. */
  readonly values: Float32Array;
  readonly means: Float32Array;
}

/** Worker task: surveys all layers in one forward pass a picture. */
export async function surveyPictures(args: SurveyArgs, context: TaskContext): Promise<SurveyPart[]> {
  const session = await context.openSession(args.session);
  const samples = args.sampled.filter((position) => position !== null).length;
  const parts = args.layers.map(({ strides: { channels } }) => ({
    survey: createSurvey({ channels, ...args.keep }),
    values: new Float32Array(samples * channels),
    means: new Float32Array(samples * channels),
  }));
  let row = 0;
  for (let from = 0; from < args.files.length; from += args.batch) {
    context.throwIfAborted();
    const files = args.files.slice(from, from + args.batch);
    const outputs = await forwardPictures(args, session, files);
    for (let i = 0; i < files.length; i++) {
      const positions = args.sampled[from + i]!;
      for (const [l, { tensor, strides, size }] of args.layers.entries()) {
        const batch = outputs[tensor]!.data as Float32Array;
        surveyPicture(parts[l]!.survey, strides, batch, i * size, args.firstPicture + from + i);
        if (positions !== null) samplePicture(parts[l]!, strides, batch, { offset: i * size, row, position: positions[l]! });
      }
      if (positions !== null) row++;
    }
    context.progress(files.length);
  }
  return parts;
}

function samplePicture(
  { values, means }: SurveyPart,
  { channels, positions, first, channelStride, positionStride }: Strides,
  batch: Float32Array,
  { offset, row, position }: { readonly offset: number; readonly row: number; readonly position: number },
): void {
  for (let c = 0; c < channels; c++) {
    const base = offset + c * channelStride + first * positionStride;
    values[row * channels + c] = batch[base + position * positionStride]!;
    let sum = 0;
    for (let p = 0; p < positions; p++) sum += batch[base + p * positionStride]!;
    means[row * channels + c] = sum / positions;
  }
}
