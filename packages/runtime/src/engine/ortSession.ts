import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-common';
import { arrayOf, type ElementType, type Feeds, type Tensor, type TypedArray } from '../tensor.js';
import type { EngineSession } from './engine.js';

/** The part of the onnxruntime-common interface that both builds of ONNX Runtime share. */
export interface Ort {
  readonly InferenceSession: { create(graph: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession> };
  readonly Tensor: TensorConstructor;
}

/** Wraps a session of either build. */
export function ortSession(ort: Ort, session: InferenceSession): EngineSession {
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds: Feeds, outputs: readonly string[]) {
      const given: Record<string, OrtTensor> = {};
      for (const [name, value] of Object.entries(feeds)) given[name] = toOrt(ort, value);
      const result = await session.run(given, [...outputs]);
      return Object.fromEntries(outputs.map((name) => [name, fromOrt(name, result[name])]));
    },
    dispose: () => session.release(),
  };
}

/**
 * Session options that mean the same to both builds. Severity 3: errors only. ONNX Runtime prefixes the keys within
 * `extra.session` by `session.`; a key that it does not know, it ignores.
 */
export function commonOptions(
  prepack: boolean,
): InferenceSession.SessionOptions & { extra: { session: Record<string, string> } } {
  return { logSeverityLevel: 3, extra: { session: { disable_prepacking: prepack ? '0' : '1' } } };
}

function toOrt(ort: Ort, value: Tensor): OrtTensor {
  // The native binding takes no SharedArrayBuffer (ONNX Runtime 1.30: "Invalid argument").
  const data = value.data.buffer instanceof ArrayBuffer ? value.data : value.data.slice();
  const construct = ort.Tensor as unknown as new (dtype: ElementType, data: TypedArray, dims: readonly number[]) => OrtTensor;
  return new construct(value.dtype, data, value.dims);
}

function fromOrt(name: string, value: OrtTensor | undefined): Tensor {
  if (value === undefined) throw new Error(`output '${name}' was not computed`);
  if (!(value.type in arrayOf)) {
    throw new TypeError(`output '${name}' has element type ${value.type}, which cannot be read; Cast it in the graph`);
  }
  return { dtype: value.type as ElementType, dims: [...value.dims], data: value.data as TypedArray };
}
