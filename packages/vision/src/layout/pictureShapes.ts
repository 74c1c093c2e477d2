import { imageInput, inferShapes, type Model } from '@incognita/onnx';

/** The size of a picture in pixels. */
export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Shapes of a model's tensors for one picture of a size, or as many as the model insists on. */
export function pictureShapes(model: Model, { widthPx, heightPx }: PictureSize): ReturnType<typeof inferShapes> {
  const { name, layout, channels, batch } = imageInput(model);
  const n = batch ?? 1;
  return inferShapes(model, { [name]: layout === 'nchw' ? [n, channels, heightPx, widthPx] : [n, heightPx, widthPx, channels] });
}
