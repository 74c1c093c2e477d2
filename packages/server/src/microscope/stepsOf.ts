import { imageInput } from '@incognita/onnx';
import { explainUnit, patchRect, pictureShapes, receptiveField, sliceSources } from '@incognita/vision';
import type { StepsAnswer, StepsRequest } from '@incognita/workspace';
import type { OpenedModel } from '../model/workspaceModel.js';

/**
 * Takes one unit apart for the page.
 *
 * @throws RangeError for a layer, channel, picture or place that is not there; NoDotProductError where the unit is something else.
 */
export async function stepsOf(model: OpenedModel, request: StepsRequest, signal: AbortSignal): Promise<StepsAnswer> {
  const { manifest, source, pool } = model;
  const { preprocessing } = manifest;
  const known = manifest.microscope?.layers ?? [];
  const layer = known.find((one) => one.layer === request.layer);
  if (layer === undefined) throw new RangeError(`There is no layer "${request.layer}" under this microscope.`);
  const { channel, row, column } = request;
  const picture = await model.picture(request.picture);
  const unit = await explainUnit(source, { preprocessing, pool, picture, tensor: layer.tensor, channel, row, column, signal });
  const sources = sliceSources(
    source.model,
    pictureShapes(source.model, preprocessing),
    unit.input,
    new Set(known.map((one) => one.layer)),
  );
  const { map, patch, weights, padding, sums, input: _input, ...rest } = unit;
  return {
    ...rest,
    ofPicture: sources.length === 0 && unit.slices === preprocessing.mean.length,
    sources,
    ...{ patch: Array.from(patch), weights: Array.from(weights), padding: Array.from(padding), sums: Array.from(sums) },
    map: { ...map, values: Array.from(map.values) },
    rect: rectOf(model, layer.tensor, row, column),
  };
}

/** What a position sees; null where that is everything, or has no place. */
function rectOf({ manifest, source }: OpenedModel, tensor: string, row: number, column: number): StepsAnswer['rect'] {
  const { widthPx: width, heightPx: height } = manifest.preprocessing;
  if (row < 0) return null;
  try {
    const field = receptiveField(source.model, imageInput(source.model).name, tensor);
    if (!Number.isFinite(field.width.sizePx) || !Number.isFinite(field.height.sizePx)) return null;
    const { x, y, ...size } = patchRect(field, row, column, { width, height });
    return { left: x, top: y, ...size };
  } catch {
    // Layers without positions have no field; the page then shows the whole picture.
    return null;
  }
}
