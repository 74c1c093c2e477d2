import { constantTensor, readTensor } from '@incognita/onnx';
import type { Values } from './run.js';

/** Numbers as a float16 tensor, times `scale`. */
export function half({ data, dims }: Values, scale = 1): Values {
  const numbers = Float64Array.from(data as Float32Array, (v) => v * scale);
  const { bytes } = constantTensor('float16', numbers, dims).data as { bytes: Uint8Array };
  return { data: new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2), dims, dtype: 'float16' };
}

/** The numbers of a float16 tensor, divided by `scale`. */
export function wide({ data, dims }: Values, scale = 1): Values {
  const view = data as unknown as { buffer: ArrayBuffer; byteOffset: number; byteLength: number };
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const numbers = readTensor({ dtype: 'float16', dims, data: { kind: 'inline', bytes } }) as Float32Array;
  return { data: numbers.map((v) => v / scale), dims };
}
