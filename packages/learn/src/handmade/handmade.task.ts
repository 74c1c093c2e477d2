import type { TaskContext } from '@incognita/runtime';
import type { LabelledPictures } from '../pictures/pictureBatches.task.js';
import { encodePicture, type HandmadeEncoder, type LearnEncoderOptions, learnEncoder } from './encoder.js';
import type { Features } from './features.js';
import type { HandmadeRecipe } from './recipe.js';

/** Arguments of {@link learn}. */
export interface LearnArgs {
  readonly pictures: LabelledPictures;
  readonly recipe: HandmadeRecipe;
  readonly options: LearnEncoderOptions;
}

/** Learns a recipe's vocabularies. */
export function learn({ pictures, recipe, options }: LearnArgs): HandmadeEncoder {
  return learnEncoder(pictures, recipe, options);
}

/** Arguments of {@link encode}: pictures [from, to), written to their places in shared memory. */
export interface EncodeArgs {
  readonly pictures: LabelledPictures;
  readonly encoder: HandmadeEncoder;
  readonly from: number;
  readonly to: number;
  readonly features: Features;
}

/** Makes the features of some pictures. */
export function encode({ pictures, encoder, from, to, features }: EncodeArgs, context: TaskContext): void {
  for (let picture = from; picture < to; picture++) {
    context.throwIfAborted();
    features.data.set(encodePicture(encoder, pictures, picture), picture * features.dims);
    context.progress(picture);
  }
}
