import { decodeSafetensors } from '@incognita/workspace/schema';
import { fetchBytes } from '../../data/fetchBytes.js';

/** Kernels [count, 3, height, width] of a first layer. */
export interface Kernels {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** The name, without its ending, of what a run keeps of a step. */
export function stepFile(step: number): string {
  return String(step).padStart(8, '0');
}

/** @throws Error when the file is absent or holds something else. */
export async function readKernels(file: string): Promise<Kernels> {
  const tensor = decodeSafetensors(new Uint8Array(await fetchBytes(file))).tensors.get('kernels');
  if (tensor?.shape.length !== 4 || tensor.shape[1] !== 3 || !(tensor.data instanceof Float32Array))
    throw new Error(`${file} holds no kernels [n, 3, height, width]`);
  const [count, , height, width] = tensor.shape as [number, number, number, number];
  return { count, height, width, data: tensor.data };
}

/** One kernel as opaque pixels [height, width, RGBA], stretched from its least to its greatest weight. */
export function kernelPixels({ data, height, width }: Kernels, kernel: number) {
  const size = height * width;
  const weights = data.subarray(kernel * 3 * size, (kernel + 1) * 3 * size);
  let [low, high] = [Infinity, -Infinity];
  for (const weight of weights) {
    low = Math.min(low, weight);
    high = Math.max(high, weight);
  }
  const factor = high > low ? 255 / (high - low) : 0;
  const pixels = new Uint8ClampedArray(size * 4);
  for (let p = 0; p < size; p++) {
    for (let c = 0; c < 3; c++) pixels[p * 4 + c] = factor === 0 ? 128 : (weights[c * size + p]! - low) * factor;
    pixels[p * 4 + 3] = 255;
  }
  return { pixels, low, high };
}
