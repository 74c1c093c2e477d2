import type { Model } from '@incognita/onnx';
import { type PictureSize, pictureShapes } from './pictureShapes.js';

/** Most tokens that stand before those of the picture: a class token and registers. */
const MOST_EXTRA = 32;

/**
 * Rows and columns of the patches behind a sequence of tokens: of the map (a convolution's, as a rule) before it whose positions it
 * holds, beside a class token and registers; else the squarest rectangle with the picture's proportions. Null where the number fits no grid.
 */
export function patchGrid(
  model: Model,
  tensor: string,
  tokens: number,
  size: PictureSize,
): { readonly rows: number; readonly columns: number; readonly extraTokens: number } | null {
  const shapes = pictureShapes(model, size);
  let best: { rows: number; columns: number; extraTokens: number } | null = null;
  for (const node of model.graph.nodes) {
    if (node.outputs.includes(tensor)) break;
    if (node.op !== 'Conv') continue;
    const shape = shapes.get(node.outputs[0]!)?.shape;
    const [, , rows, columns] = shape ?? [];
    if (typeof rows !== 'number' || typeof columns !== 'number') continue;
    const extraTokens = tokens - rows * columns;
    if (extraTokens >= 0 && extraTokens < MOST_EXTRA && (best === null || extraTokens < best.extraTokens))
      best = { rows, columns, extraTokens };
  }
  if (best !== null) return best;
  for (const extraTokens of [0, 1, 2, 5]) {
    const rows = Math.sqrt(((tokens - extraTokens) * size.heightPx) / size.widthPx);
    const columns = (tokens - extraTokens) / rows;
    if (tokens > extraTokens && Number.isInteger(rows) && Number.isInteger(columns)) return { rows, columns, extraTokens };
  }
  return null;
}
