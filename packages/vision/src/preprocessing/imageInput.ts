import { type Model, NotAnImageModelError, imageInput as pictureInput } from '@incognita/onnx';

/** The input of a model that takes pictures. */
export interface ImageInput {
  readonly name: string;
  readonly layout: 'nchw' | 'nhwc';
  readonly channels: 1 | 3;
  /** Null where the model leaves it open. */
  readonly widthPx: number | null;
  readonly heightPx: number | null;
}

/**
 * The input that takes pictures, as colour or grey: those are what preprocessing can make.
 *
 * @throws NotAnImageModelError that lists the model's inputs with their shapes when none is a picture, or its channels are neither.
 */
export function imageInput(model: Model): ImageInput {
  const { name, layout, channels, width, height } = pictureInput(model);
  if (channels !== 1 && channels !== 3)
    throw new NotAnImageModelError(
      `The input \`${name}\` takes pictures of ${channels} channels; colour (3) and grey (1) are supported.`,
    );
  return { name, layout, channels, widthPx: width, heightPx: height };
}
