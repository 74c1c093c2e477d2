import * as ort from 'onnxruntime-node';
import type { Model } from '../types.js';
import { write } from '../write/write.js';

/** What a value is fed with: dimensions and, where they matter, numbers. */
export interface Feed {
  readonly dims: readonly number[];
  readonly data?: ArrayLike<number>;
}

/** Elements of a result. */
export type Numbers = ArrayLike<number | bigint> & Iterable<number | bigint>;

const wholeArrays: Readonly<Record<string, (values: number[]) => Int32Array | Int8Array | Uint8Array>> = {
  int32: (values) => Int32Array.from(values),
  int8: (values) => Int8Array.from(values),
  uint8: (values) => Uint8Array.from(values),
  bool: (values) => Uint8Array.from(values),
};

/** Runs a model in ONNX Runtime without optimisation: the reference for shapes and values. Missing data are a fixed pattern. */
export async function runReference(
  model: Model,
  feeds: Readonly<Record<string, Feed>>,
  bytes: Uint8Array = write(model),
  options: object = {},
): Promise<Record<string, { readonly dims: readonly number[]; readonly type: string; readonly data: Numbers }>> {
  const session = await ort.InferenceSession.create(bytes, {
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
    ...options,
  });
  const tensors: Record<string, ort.Tensor> = {};
  for (const { name, type } of model.graph.inputs) {
    const feed = feeds[name]!;
    const count = feed.dims.reduce((a, b) => a * b, 1);
    const value = (i: number) => feed.data?.[i] ?? Math.sin(i * 0.7) * 0.5;
    const whole = (i: number) => Math.trunc(feed.data?.[i] ?? 1 + (i % 5));
    const array = wholeArrays[type?.dtype ?? ''];
    tensors[name] =
      type?.dtype === 'int64'
        ? new ort.Tensor(
            'int64',
            BigInt64Array.from({ length: count }, (_, i) => BigInt(whole(i))),
            feed.dims,
          )
        : array !== undefined
          ? new ort.Tensor(
              type!.dtype as 'int32',
              array(Array.from({ length: count }, (_, i) => whole(i))) as Int32Array,
              feed.dims,
            )
          : new ort.Tensor(
              'float32',
              Float32Array.from({ length: count }, (_, i) => value(i)),
              feed.dims,
            );
  }
  const result = await session.run(tensors);
  await session.release();
  return Object.fromEntries(
    Object.entries(result).map(([name, t]) => [name, { dims: t.dims, type: t.type, data: t.data as unknown as Numbers }]),
  );
}
