import { discoverLayers, imageInput, type Model } from '@incognita/onnx';
import { patchGrid } from './patchGrid.js';
import { type PictureSize, pictureShapes } from './pictureShapes.js';

/** Order of the axes of a layer's tensor; h: heads, t: tokens, d: a head's channels. */
export type AxisOrder = 'nchw' | 'nhwc' | 'ntc' | 'nhtd' | 'nc';

/** How a layer's values are laid out over a picture. */
export interface LayerLayout {
  readonly tensor: string;
  /** `map`: channels over positions of the picture. `tokens`: a transformer's sequence. `vector`: one position. */
  readonly kind: 'map' | 'tokens' | 'vector';
  readonly order: AxisOrder;
  readonly channels: number;
  /** Positions over the picture. */
  readonly rows: number;
  readonly columns: number;
  /** Tokens before those of the picture: the class token first, then registers. */
  readonly extraTokens: number;
  /** Heads whose channels follow one another; 1 but for an attention's tensor. */
  readonly heads: number;
  /** False where tokens lie window by window (Swin's attention) and have no place that is known. */
  readonly placed: boolean;
}

/** The tensor is no layer whose channels can be told. */
export class LayerLayoutError extends Error {
  override readonly name = 'LayerLayoutError';
}

/**
 * Works out how a layer's values are laid out, from its shape for pictures of a size: [n, channels, h, w], [n, h, w, channels], a sequence
 * [n, tokens, channels], attention heads [n, heads, tokens, d], or [n, channels].
 *
 * @param size default: the model's own; needed where it leaves its size open.
 * @throws LayerLayoutError for any other shape.
 * @example layerLayout(model, findLayer(model, 'blocks.0').tensor, { widthPx: 224, heightPx: 224 });
 */
export function layerLayout(model: Model, tensor: string, size: PictureSize): LayerLayout {
  const input = imageInput(model);
  const batch = input.batch ?? 1;
  const shape = pictureShapes(model, size).get(tensor)?.shape ?? null;
  if (shape === null || !shape.every((dim) => typeof dim === 'number' && dim > 0))
    throw new LayerLayoutError(
      `The tensor \`${tensor}\` has the shape [${shape?.join(', ') ?? 'unknown'}] for pictures of ${size.widthPx}×${size.heightPx} pixels: its channels cannot be told.`,
    );
  const dims = shape as number[];
  const made = { tensor, extraTokens: 0, heads: 1, placed: true } as const;
  if (dims.length === 2) return { ...made, kind: 'vector', order: 'nc', channels: dims[1]!, rows: 1, columns: 1 };
  if (dims.length === 3) {
    const perPicture = dims[0]! / batch;
    if (perPicture === 1)
      return { ...made, kind: 'tokens', order: 'ntc', channels: dims[2]!, ...grid(model, tensor, dims[1]!, size) };
    if (Number.isInteger(perPicture))
      return {
        ...made,
        kind: 'tokens',
        order: 'ntc',
        channels: dims[2]!,
        rows: 1,
        columns: perPicture * dims[1]!,
        placed: false,
      };
  }
  if (dims.length === 4 && isAttention(model, tensor)) {
    const [n, heads, tokens, d] = dims as [number, number, number, number];
    const place = n === batch ? grid(model, tensor, tokens, size) : { rows: 1, columns: (n / batch) * tokens, placed: false };
    return { ...made, kind: 'tokens', order: 'nhtd', heads, channels: heads * d, ...place };
  }
  if (dims.length === 4) {
    const [, a, b, c] = dims as [number, number, number, number];
    return isChannelsLast(model, tensor, dims, size)
      ? { ...made, kind: 'map', order: 'nhwc', channels: c, rows: a, columns: b }
      : { ...made, kind: 'map', order: 'nchw', channels: a, rows: b, columns: c };
  }
  throw new LayerLayoutError(
    `The tensor \`${tensor}\` has the shape [${dims.join(', ')}]; a map, a sequence of tokens or a vector is needed: [n, channels, h, w], [n, tokens, channels] or [n, channels].`,
  );
}

function grid(
  model: Model,
  tensor: string,
  tokens: number,
  size: PictureSize,
): Pick<LayerLayout, 'rows' | 'columns' | 'extraTokens' | 'placed'> {
  const found = patchGrid(model, tensor, tokens, size);
  return found ? { ...found, placed: true } : { rows: 1, columns: tokens, extraTokens: 0, placed: false };
}

/** Whether the tensor is a softmax's product with values: [n, heads, tokens, d]. */
function isAttention(model: Model, tensor: string): boolean {
  const node = model.graph.nodes.find(({ outputs }) => outputs[0] === tensor);
  if (node?.op !== 'MatMul') return false;
  let from = node.inputs[0]!;
  for (let step = 0; step < 4; step++) {
    const maker = model.graph.nodes.find(({ outputs }) => outputs[0] === from);
    if (maker?.op === 'Softmax') return true;
    if (!maker || !['Identity', 'Dropout', 'Cast', 'Reshape', 'Mul'].includes(maker.op)) return false;
    from = maker.inputs[0]!;
  }
  return false;
}

function isChannelsLast(model: Model, tensor: string, dims: readonly number[], { widthPx, heightPx }: PictureSize): boolean {
  const layer = discoverLayers(model).find((known) => known.tensor === tensor);
  if (layer?.kind === 'dense') return true;
  if (layer?.kind === 'conv' || layer?.kind === 'pool') return layer.channels === dims[3] && layer.channels !== dims[1];
  // Rows and columns share the picture's proportions.
  const fits = (rows: number, columns: number): boolean => Math.abs(rows * widthPx - columns * heightPx) < widthPx + heightPx;
  if (fits(dims[1]!, dims[2]!) !== fits(dims[2]!, dims[3]!)) return fits(dims[1]!, dims[2]!);
  return layer?.channels === dims[3] && dims[1] !== dims[3];
}
