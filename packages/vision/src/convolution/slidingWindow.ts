import type { Node } from '@incognita/onnx';

/** How a kernel slides over a plane, along rows and along columns. */
export interface SlidingWindow {
  /** Rows and columns of the kernel. */
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Rows and columns of padding before the plane's first. */
  readonly pads: readonly [number, number];
}

/**
 * The window of a convolution node, with the specification's defaults; `auto_pad` is resolved for a plane of a size.
 *
 * Source: the ONNX specification, `Conv`.
 *
 * @throws RangeError for a kernel that has not two axes.
 */
export function slidingWindow(node: Node, kernel: readonly number[], size: readonly [number, number]): SlidingWindow {
  const [rows, columns] = kernel;
  if (kernel.length !== 2 || rows === undefined || columns === undefined)
    throw new RangeError(`A kernel of ${kernel.length} axes does not slide over a picture, which has two.`);
  const pair = (name: string, otherwise: number): [number, number] => {
    const attribute = node.attributes[name];
    return attribute?.type === 'ints' ? [attribute.value[0]!, attribute.value[1]!] : [otherwise, otherwise];
  };
  const [strides, dilations] = [pair('strides', 1), pair('dilations', 1)];
  const auto = node.attributes.auto_pad?.type === 'string' ? node.attributes.auto_pad.value : 'NOTSET';
  const same = (axis: 0 | 1): number => {
    const extent = dilations[axis] * (kernel[axis]! - 1) + 1;
    const total = Math.max(0, (Math.ceil(size[axis] / strides[axis]) - 1) * strides[axis] + extent - size[axis]);
    return auto === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2);
  };
  const pads: [number, number] = auto === 'VALID' ? [0, 0] : auto === 'NOTSET' ? pair('pads', 0) : [same(0), same(1)];
  return { kernel: [rows, columns], strides, dilations, pads };
}

/** Where on a plane each weight of the kernel falls for one position of the output: row-major indices, −1 in the padding. */
export function placesUnder(
  { kernel, strides, dilations, pads }: SlidingWindow,
  [height, width]: readonly [number, number],
  row: number,
  column: number,
): Int32Array {
  const [rows, columns] = kernel;
  return Int32Array.from({ length: rows * columns }, (_, k) => {
    const y = row * strides[0] - pads[0] + Math.floor(k / columns) * dilations[0];
    const x = column * strides[1] - pads[1] + (k % columns) * dilations[1];
    return y < 0 || y >= height || x < 0 || x >= width ? -1 : y * width + x;
  });
}
