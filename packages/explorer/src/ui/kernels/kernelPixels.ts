import { decodeSafetensors } from '@incognita/workspace/schema';
import { fetchBytes } from '../../data/fetchBytes.js';

/** Kernels [count, planes, height, width] of a first layer, of colours or of grey. */
export interface Kernels {
  readonly count: number;
  /** 3, or 1 for grey. */
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** @throws Error when the file is absent or holds something else. */
export async function readKernels(file: string): Promise<Kernels> {
  const tensor = decodeSafetensors(new Uint8Array(await fetchBytes(file))).tensors.get('kernels');
  const planes = tensor?.shape[1];
  if (tensor?.shape.length !== 4 || (planes !== 3 && planes !== 1) || !(tensor.data instanceof Float32Array))
    throw new Error(`${file} holds no kernels [n, 3, height, width] or [n, 1, height, width]`);
  const [count, , height, width] = tensor.shape as [number, number, number, number];
  return { count, planes, height, width, data: tensor.data };
}

/** One kernel as opaque pixels [height, width, RGBA], stretched from its least to its greatest weight. */
export function kernelPixels({ data, planes, height, width }: Kernels, kernel: number) {
  const size = height * width;
  const weights = data.subarray(kernel * planes * size, (kernel + 1) * planes * size);
  let [low, high] = [Infinity, -Infinity];
  for (const weight of weights) {
    low = Math.min(low, weight);
    high = Math.max(high, weight);
  }
  const factor = high > low ? 255 / (high - low) : 0;
  const pixels = new Uint8ClampedArray(size * 4);
  for (let p = 0; p < size; p++) {
    for (let c = 0; c < 3; c++) pixels[p * 4 + c] = factor === 0 ? 128 : (weights[(c % planes) * size + p]! - low) * factor;
    pixels[p * 4 + 3] = 255;
  }
  return { pixels, low, high };
}
