import type { GraphBuilder } from '@incognita/onnx';
import type { Preprocessing } from '../../preprocessing/preprocessing.js';

/**
 * Adds the nodes that turn a picture of values in 0 … 1, [batch, planes, h, w], into a network's input, and returns its name: the value range, the
 * colour order and the layout of `preprocessing`. Three planes are red, green and blue; one is grey; others are the network's own.
 */
export function normalizeNodes(b: GraphBuilder, picture: string, preprocessing: Preprocessing, output: string): string {
  const { divisor, mean, std, colorOrder, layout } = preprocessing;
  const planes = mean.length;
  const ordered =
    colorOrder === 'bgr' && planes === 3
      ? b.op('Conv', [picture, b.f32([0, 0, 1, 0, 1, 0, 1, 0, 0], [3, 3, 1, 1])], { kernel_shape: [1, 1] })
      : picture;
  const factor = std.map((deviation) => 255 / (divisor * deviation));
  const offset = mean.map((value, c) => -value / std[c]!);
  const scaled = b.op('Mul', [ordered, b.f32(factor, [1, planes, 1, 1])]);
  const isLast = layout === 'nchw';
  const input = b.op('Add', [scaled, b.f32(offset, [1, planes, 1, 1])], {}, isLast ? { output } : {});
  return isLast ? input : b.op('Transpose', [input], { perm: [0, 2, 3, 1] }, { output });
}
