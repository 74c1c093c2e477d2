import {
  cosineDirectionObjective,
  iconSizePx,
  lucidCompatObjective,
  type Objective,
  prepareRenderer,
  type Renderer,
} from '@incognita/vision';
import { PART_ICONS } from '../icons/iconStages.js';
import type { Run, RunLayer } from './prepareRun.node.js';

/**
 * The renderer of a layer's icons and what they are optimised for.
 *
 * @throws MissingRuleError where the network has an operator without a gradient before the layer.
 */
export function prepareIcons(
  { source, preset, preprocessing }: Run,
  layer: RunLayer,
): { renderer: Renderer; objective: Objective } {
  const { cosinePower: power, lucidCompat, sizePx } = preset.icon;
  const objective = lucidCompat ? lucidCompatObjective({ power }) : cosineDirectionObjective({ power });
  const fixed = fixedSide(source.model.graph.inputs);
  const renderer = prepareRenderer(source, {
    tensor: layer.tensor,
    preprocessing,
    sizePx: fixed ?? sizePx ?? iconSizePx(layer.field),
    batch: PART_ICONS,
    objective,
  });
  return { renderer, objective };
}

/** The side of pictures that the model insists on, or null. */
function fixedSide(inputs: Run['source']['model']['graph']['inputs']): number | null {
  const side = inputs.find(({ type }) => type?.shape?.length === 4)?.type?.shape?.[2];
  return typeof side === 'number' && side > 4 ? side : null;
}
