import { imageInput } from '@incognita/onnx';
import {
  cosineDirectionObjective,
  iconSizePx,
  lucidCompatObjective,
  type Objective,
  prepareRenderer,
  type Renderer,
} from '@incognita/vision';
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
  const input = imageInput(source.model);
  const side = input.width ?? sizePx ?? iconSizePx(layer.field);
  const renderer = prepareRenderer(source, {
    tensor: layer.tensor,
    preprocessing,
    sizePx: side,
    batch: input.batch ?? batchFor(side),
    objective,
  });
  return { renderer, objective };
}

/**
 * Icons of one gradient. Larger batches are not faster (two workers make 2.0 icons of SqueezeNet's fire8 a second whether 4 or 8 are taken
 * together), but hold their activations in memory.
 */
function batchFor(sidePx: number): number {
  return sidePx >= 72 ? 4 : 16;
}
