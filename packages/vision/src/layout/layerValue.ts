import type { GraphBuilder } from '@incognita/onnx';
import type { LayerLayout } from './layerLayout.js';

/** A layer's tensor [batch, channels, height, width]; [batch, channels] counts as one position. */
export interface LayerValue {
  readonly tensor: string;
  readonly dims: readonly [batch: number, channels: number, height: number, width: number];
}

/**
 * Adds nodes that bring a layer into the order [batch, channels, rows, columns]: of a sequence the picture's tokens alone, or with
 * `extraToken` that one (0 is the class token) as a single position.
 *
 * @throws RangeError where the layer has no such token.
 */
export function layerValue(b: GraphBuilder, layout: LayerLayout, batch: number, extraToken?: number): LayerValue {
  const { tensor, order, channels, rows, columns, extraTokens, heads } = layout;
  if (extraToken !== undefined && !(extraToken >= 0 && extraToken < extraTokens))
    throw new RangeError(
      `The layer's tensor \`${tensor}\` has ${extraTokens === 0 ? 'no tokens' : `${extraTokens} tokens`} beside those of the picture; there is no token ${extraToken} among them.`,
    );
  const dims = [batch, channels, rows, columns] as const;
  const shaped = (value: string, to: readonly number[]): string => b.op('Reshape', [value, b.i64(to)]);
  if (order === 'nchw' || order === 'nc') return { tensor: shaped(tensor, dims), dims };
  if (order === 'nhwc') return { tensor: b.op('Transpose', [tensor], { perm: [0, 3, 1, 2] }), dims };
  const tokens = extraTokens + rows * columns;
  const sequence =
    order === 'nhtd'
      ? b.op('Transpose', [shaped(tensor, [batch, -1, heads, tokens, channels / heads])], { perm: [0, 2, 4, 1, 3] })
      : b.op('Transpose', [shaped(tensor, [batch, tokens, channels])], { perm: [0, 2, 1] });
  const flat = shaped(sequence, [batch, channels, tokens]);
  if (extraToken === undefined && extraTokens === 0) return { tensor: shaped(flat, dims), dims };
  const [from, to] = extraToken === undefined ? [extraTokens, tokens] : [extraToken, extraToken + 1];
  const part = b.op('Slice', [flat, b.i64([from]), b.i64([to]), b.i64([2])]);
  const partDims = extraToken === undefined ? dims : ([batch, channels, 1, 1] as const);
  return { tensor: shaped(part, partDims), dims: partDims };
}
