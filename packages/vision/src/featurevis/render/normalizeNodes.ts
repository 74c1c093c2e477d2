import type { GraphBuilder } from '@incognita/onnx';
import { channelsOf, LUMA, type Preprocessing } from '../../preprocessing/preprocessing.js';

/**
 * Adds the nodes that turn RGB in 0 … 1, [batch, 3, h, w], into a network's input, and returns its name: the value range, the colour order and
 * the layout of `preprocessing`.
 */
export function normalizeNodes(b: GraphBuilder, rgb: string, preprocessing: Preprocessing, output: string): string {
  const { divisor, mean, std, colorOrder, layout } = preprocessing;
  const channels = channelsOf(preprocessing);
  const ordered =
    colorOrder === 'rgb'
      ? rgb
      : b.op('Conv', [rgb, b.f32(colorOrder === 'gray' ? LUMA : [0, 0, 1, 0, 1, 0, 1, 0, 0], [channels, 3, 1, 1])], {
          kernel_shape: [1, 1],
        });
  const factor = std.map((deviation) => 255 / (divisor * deviation));
  const offset = mean.map((value, c) => -value / std[c]!);
  const scaled = b.op('Mul', [ordered, b.f32(factor, [1, channels, 1, 1])]);
  const isLast = layout === 'nchw';
  const input = b.op('Add', [scaled, b.f32(offset, [1, channels, 1, 1])], {}, isLast ? { output } : {});
  return isLast ? input : b.op('Transpose', [input], { perm: [0, 2, 3, 1] }, { output });
}
