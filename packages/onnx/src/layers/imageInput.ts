import type { Dim, Model, ValueInfo } from '../types.js';
import { readers } from '../walk.js';

/** How a model takes pictures. */
export interface ImageInput {
  readonly name: string;
  readonly layout: 'nchw' | 'nhwc';
  readonly channels: number;
  /** Height and width in pixels that the model insists on; null where any will do. */
  readonly height: number | null;
  readonly width: number | null;
  /** Batch size that the model insists on; null where any will do. */
  readonly batch: number | null;
}

/** The model has no input that is a picture, or needs other inputs beside it. */
export class NotAnImageModelError extends Error {
  override readonly name = 'NotAnImageModelError';
}

/**
 * The input that is a picture: of rank 4 with 1, 3 or 4 channels by its shape, or up to 16 by the convolution that reads it.
 *
 * @throws NotAnImageModelError that says what the inputs are instead.
 */
export function imageInput(model: Model): ImageInput {
  const found = model.graph.inputs.map((input) => asImage(model, input)).filter((image) => image !== null);
  const described = model.graph.inputs.map(describe).join(', ') || 'none';
  if (found.length === 0)
    throw new NotAnImageModelError(
      `No input of the model is a picture ([batch, 3, height, width] or similar). Its inputs: ${described}.`,
    );
  if (model.graph.inputs.length > 1)
    throw new NotAnImageModelError(`The model needs more than a picture. Its inputs: ${described}.`);
  return found[0]!;
}

function asImage(model: Model, input: ValueInfo): ImageInput | null {
  const { type, name } = input;
  if (type === null || !(type.dtype.startsWith('float') || type.dtype === 'uint8')) return null;
  if (type.shape !== null && type.shape.length !== 4) return null;
  const shape: readonly Dim[] = type.shape ?? [null, null, null, null];
  const fixed = (d: Dim | undefined) => (typeof d === 'number' ? d : null);
  const image = (layout: 'nchw' | 'nhwc', channels: number): ImageInput => {
    const [height, width] = layout === 'nchw' ? [shape[2], shape[3]] : [shape[1], shape[2]];
    return { name, layout, channels, height: fixed(height), width: fixed(width), batch: fixed(shape[0]) };
  };
  const convolved = channelsOfConvolution(model, name);
  if (convolved !== null) return convolved.channels <= MOST_CHANNELS ? image(convolved.layout, convolved.channels) : null;
  const [, first, , last] = shape;
  if (isColour(first)) return image('nchw', first);
  return isColour(last) ? image('nhwc', last) : null;
}

/** Multispectral pictures have some more channels than colour; what a convolution reads with more than these is no picture. */
const MOST_CHANNELS = 16;

function isColour(d: Dim | undefined): d is number {
  return d === 1 || d === 3 || d === 4;
}

const POINTWISE = new Set([
  'Sub',
  'Add',
  'Mul',
  'Div',
  'Cast',
  'Identity',
  'BatchNormalization',
  'Pad',
  'Clip',
  'QuantizeLinear',
]);

/** Channels of the first convolution that reads a value, through normalisation and a change of layout. */
function channelsOfConvolution(
  model: Model,
  input: string,
): { readonly channels: number; readonly layout: 'nchw' | 'nhwc' } | null {
  const next = readers(model.graph);
  let name = input;
  let layout: 'nchw' | 'nhwc' = 'nchw';
  for (let step = 0; step < 12; step++) {
    const nodes = next.get(name) ?? [];
    const conv = nodes.find((n) => n.op === 'Conv' && n.inputs[0] === name);
    if (conv !== undefined) {
      const weight = model.graph.initializers.get(conv.inputs[1] ?? '');
      const group = conv.attributes.group?.type === 'int' ? conv.attributes.group.value : 1;
      return weight?.dims.length === 4 ? { channels: weight.dims[1]! * group, layout } : null;
    }
    const node = nodes.find((n) => n.op === 'Transpose' || POINTWISE.has(n.op));
    if (node === undefined) return null;
    if (node.op === 'Transpose') {
      const perm = node.attributes.perm;
      if (perm?.type !== 'ints' || perm.value.join() !== '0,3,1,2') return null;
      layout = 'nhwc';
    }
    name = node.outputs[0]!;
  }
  return null;
}

function describe({ name, type }: ValueInfo): string {
  return type === null ? `${name} (no tensor)` : `${name} ${type.dtype}[${type.shape?.map((d) => d ?? '?').join(',') ?? '…'}]`;
}
