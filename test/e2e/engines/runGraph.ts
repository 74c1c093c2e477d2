import type { InferenceSession } from 'onnxruntime-common';
import type * as Ort from 'onnxruntime-web';
import type { Outcome, Plain } from './engine.ts';

/** One graph to run. */
export interface Job {
  readonly model: Uint8Array;
  readonly feeds: Readonly<Record<string, Plain>>;
  readonly provider: 'wasm' | 'webgpu';
}

/**
 * Runs a graph once; on WebGPU first with every node on the GPU, and where that is refused, with those that it lacks on the
 * CPU. Uses nothing from outside itself, because it is sent into a page as text.
 */
export async function runGraph(
  ort: Pick<typeof Ort, 'InferenceSession' | 'Tensor'>,
  { model, feeds, provider }: Job,
): Promise<Outcome> {
  const arrays: Record<string, (data: readonly number[]) => Ort.Tensor['data']> = {
    float32: (data) => Float32Array.from(data),
    float16: (data) => Uint16Array.from(data),
    int64: (data) => BigInt64Array.from(data, BigInt),
    int32: (data) => Int32Array.from(data),
    int8: (data) => Int8Array.from(data),
    bool: (data) => Uint8Array.from(data),
    uint8: (data) => Uint8Array.from(data),
  };
  const attempt = async (whole: boolean): Promise<Outcome> => {
    const options: InferenceSession.SessionOptions = {
      executionProviders: [provider],
      logSeverityLevel: 4,
      ...(whole && provider === 'webgpu' && { extra: { session: { disable_cpu_ep_fallback: '1' } } }),
    };
    const session = await ort.InferenceSession.create(model, options);
    try {
      const tensors: Record<string, Ort.Tensor> = {};
      for (const [name, { type, data, dims }] of Object.entries(feeds))
        tensors[name] = new ort.Tensor(type as 'float32', arrays[type]!(data) as Float32Array, dims);
      const outputs: Record<string, Plain> = {};
      for (const [name, { type, data, dims }] of Object.entries(await session.run(tensors)))
        outputs[name] = { type, data: Array.from(data as Float32Array, Number), dims: [...dims] };
      return { whole, outputs };
    } finally {
      await session.release();
    }
  };
  try {
    return await attempt(true);
  } catch (first) {
    if (provider === 'wasm') return { whole: false, outputs: null, error: String(first).slice(0, 500) };
  }
  try {
    return await attempt(false);
  } catch (second) {
    return { whole: false, outputs: null, error: String(second).slice(0, 500) };
  }
}
