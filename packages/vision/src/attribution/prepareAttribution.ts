import type { ModelSource, WorkerPool } from '@incognita/runtime';
import { type Attribution, type AttributionGraphsOptions, attributionGraphs } from './attributionGraphs.js';
import { poolRunner } from './poolRunner.js';

/** Options of {@link prepareAttribution}. */
export interface AttributionOptions extends AttributionGraphsOptions {
  /** Runs on the pool's workers. */
  readonly pool: WorkerPool;
}

/**
 * Prepares the explanation of one unit for pictures: which pixels, positions and layers its value comes from.
 *
 * @throws RangeError where the unit does not exist; LayerLayoutError where its layer has no channels.
 * @example
 * const attribution = prepareAttribution(source, { target: classLogit('logits', 1), preprocessing, pool });
 * const { map } = await integratedGradients(attribution, pictureValues(picture, attribution));
 */
export function prepareAttribution(source: ModelSource, { pool, ...options }: AttributionOptions): Attribution {
  return attributionGraphs(source.model, options).on(poolRunner(source, pool));
}
