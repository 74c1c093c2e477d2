import type { Dim, Model } from '@incognita/onnx';

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
 * Finds the input that takes pictures: floating point, four dimensions, one or three channels. Open channel counts are
 * taken for three, first.
 *
 * @throws Error that lists the model's inputs with their shapes when none is an image.
 */
export function imageInput(model: Model): ImageInput {
  for (const { name, type } of model.graph.inputs) {
    if (type?.shape?.length !== 4 || !type.dtype.startsWith('float')) continue;
    const [, second, third, fourth] = type.shape as [Dim, Dim, Dim, Dim];
    if (isChannels(second)) return { name, layout: 'nchw', channels: second, heightPx: known(third), widthPx: known(fourth) };
    if (isChannels(fourth)) return { name, layout: 'nhwc', channels: fourth, heightPx: known(second), widthPx: known(third) };
    if (typeof second !== 'number') return { name, layout: 'nchw', channels: 3, heightPx: known(third), widthPx: known(fourth) };
  }
  const inputs = model.graph.inputs.map(
    ({ name, type }) => `${name}: ${type?.dtype ?? '?'} [${type?.shape?.map((d) => d ?? '?').join(', ') ?? '?'}]`,
  );
  throw new Error(
    `The model has no input that takes pictures (floating point, [n, 3, h, w] or [n, h, w, 3], or one channel). Its inputs: ${inputs.join('; ') || 'none'}.`,
  );
}

function isChannels(dim: Dim): dim is 1 | 3 {
  return dim === 1 || dim === 3;
}

function known(dim: Dim): number | null {
  return typeof dim === 'number' && dim > 0 ? dim : null;
}
