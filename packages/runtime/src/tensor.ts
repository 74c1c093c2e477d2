/** Element types that cross the boundary to ONNX Runtime. `float16` is held as its bits, `bool` as 0 and 1. */
export type ElementType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool';

/** The arrays that hold elements. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/**
 * A dense array of numbers in row-major order: `data.length` is the product of `dims` (1 for a scalar, whose `dims` is empty).
 */
export interface Tensor {
  readonly dtype: ElementType;
  readonly dims: readonly number[];
  readonly data: TypedArray;
}

/** Tensors by the name of the graph input that they feed. */
export type Feeds = Readonly<Record<string, Tensor>>;

/** The array class that holds each element type. */
export const arrayOf = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const;

/** The product of `dims`. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/**
 * Makes a tensor and checks that data, type and dimensions agree.
 *
 * @throws RangeError where a dimension is no natural number or the count of elements differs; TypeError where the array is of
 *   another class than the element type demands.
 * @example
 * tensor('float32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
 */
export function tensor(dtype: ElementType, dims: readonly number[], data: TypedArray): Tensor {
  const value = { dtype, dims, data };
  checkTensor(value, 'tensor');
  return value;
}

/** A float32 tensor from plain numbers. */
export function float32(dims: readonly number[], values: ArrayLike<number>): Tensor {
  return tensor('float32', dims, values instanceof Float32Array ? values : Float32Array.from(values));
}

/** Throws (see {@link tensor}) with `what` as the subject of the message. */
export function checkTensor(value: Tensor, what: string): void {
  const expected = arrayOf[value.dtype];
  if (expected === undefined) {
    throw new TypeError(`${what} has element type ${String(value.dtype)}; known are ${Object.keys(arrayOf).join(', ')}`);
  }
  if (value.data === undefined || value.data.constructor?.name !== expected.name) {
    const given = value.data?.constructor?.name ?? String(value.data);
    throw new TypeError(`${what} is ${value.dtype}, so its data must be a ${expected.name}; given is ${given}`);
  }
  for (const dim of value.dims) {
    if (!Number.isInteger(dim) || dim < 0)
      throw new RangeError(`${what} has dims [${value.dims.join(', ')}]: ${dim} is no length`);
  }
  const count = elementCount(value.dims);
  if (count !== value.data.length) {
    throw new RangeError(
      `${what} has dims [${value.dims.join(', ')}], which is ${count} elements, but its data holds ${value.data.length}`,
    );
  }
}

/** Rows `[from, to)` along the first axis, as a view. */
export function sliceRows(value: Tensor, from: number, to: number): Tensor {
  const row = elementCount(value.dims.slice(1));
  return { dtype: value.dtype, dims: [to - from, ...value.dims.slice(1)], data: value.data.subarray(from * row, to * row) };
}

/** Joins tensors of equal type and equal dimensions behind the first along the first axis; copies. */
export function concatenateRows(parts: readonly Tensor[]): Tensor {
  const [first] = parts;
  if (first === undefined) throw new RangeError('nothing to concatenate: give at least one tensor');
  if (parts.length === 1) return first;
  const rest = first.dims.slice(1);
  for (const part of parts) {
    if (part.dtype !== first.dtype || part.dims.length === 0 || part.dims.slice(1).join() !== rest.join()) {
      throw new RangeError(
        `cannot concatenate ${part.dtype}[${part.dims.join(', ')}] to ${first.dtype}[${first.dims.join(', ')}] along axis 0`,
      );
    }
  }
  const rows = parts.reduce((sum, part) => sum + (part.dims[0] ?? 0), 0);
  const dims = [rows, ...rest];
  const data = new arrayOf[first.dtype](elementCount(dims));
  let offset = 0;
  for (const part of parts) {
    (data as { set(from: TypedArray, offset: number): void }).set(part.data, offset);
    offset += part.data.length;
  }
  return { dtype: first.dtype, dims, data };
}

/** Copies what is a view into a larger buffer: structured clone would send that buffer whole. Shared memory is left alone. */
export function compact(tensors: Feeds): Feeds {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, value]) => {
      const { buffer, byteLength } = value.data;
      const whole = !(buffer instanceof ArrayBuffer) || buffer.byteLength === byteLength;
      return [name, whole ? value : { ...value, data: value.data.slice() }];
    }),
  );
}

/** The buffers that a result's tensors own wholly: what may be transferred to another thread instead of being copied. */
export function buffersOf(tensors: Readonly<Record<string, Tensor>>): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const { data } of Object.values(tensors)) {
    if (data.buffer instanceof ArrayBuffer && data.byteLength === data.buffer.byteLength) buffers.add(data.buffer);
  }
  return [...buffers];
}
