/**
 * A model as data. Everything here is an immutable value: an edit returns a new graph that shares what it did not change,
 * and weight bytes are never copied (a {@link Tensor} holds a view into the file or names a byte range of one).
 *
 * Source: the ONNX specification, onnx/onnx `onnx/onnx.proto3` (IR version 13).
 */

/** Element types, named as in the specification's `TensorProto.DataType`. */
export type DataType =
  | 'float32'
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'string'
  | 'bool'
  | 'float16'
  | 'float64'
  | 'uint32'
  | 'uint64'
  | 'complex64'
  | 'complex128'
  | 'bfloat16'
  | 'float8e4m3fn'
  | 'float8e4m3fnuz'
  | 'float8e5m2'
  | 'float8e5m2fnuz'
  | 'uint4'
  | 'int4'
  | 'float4e2m1';

/** One dimension: a number, a symbol ("batch"), or null where nothing is known. */
export type Dim = number | string | null;

/** A tensor's type; `shape` is null where even the rank is unknown. */
export interface TensorType {
  readonly dtype: DataType;
  readonly shape: readonly Dim[] | null;
}

/** A graph input, output or intermediate value with its type (`type` is null for sequences, maps and optionals). */
export interface ValueInfo {
  readonly name: string;
  readonly type: TensorType | null;
  /** The protobuf message that this was read from: keeps types that are no tensors, and unknown fields. */
  readonly proto?: unknown;
}

/**
 * Where a tensor's bytes are. `inline`: little-endian bytes in row-major order, a view into the file that was read (or a
 * small array that an edit made). `external`: a byte range of a file that lies beside the model.
 */
export type TensorBytes =
  | {
      readonly kind: 'inline';
      readonly bytes: Uint8Array;
      /** Offset of `bytes` in the model file that was read; absent for tensors that an edit made. */
      readonly fileOffset?: number;
    }
  | { readonly kind: 'external'; readonly location: string; readonly offset: number; readonly length: number }
  | { readonly kind: 'strings'; readonly values: readonly Uint8Array[] };

/** A constant: an initializer, or the value of a Constant node. */
export interface Tensor {
  readonly dtype: DataType;
  readonly dims: readonly number[];
  readonly data: TensorBytes;
  /** What the file says beside the data (documentation, metadata, unknown fields), where it says anything. */
  readonly proto?: unknown;
}

/** A node's attribute. 64-bit integers are numbers: exact to 2^53, clamped to the int64 range on writing. */
export type Attribute =
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'tensor'; readonly value: Tensor }
  | { readonly type: 'graph'; readonly value: Graph }
  | { readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly type: 'ints'; readonly value: readonly number[] }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  /** An attribute kept as it was read (sparse tensors, type protos, references inside functions). */
  | { readonly type: 'opaque'; readonly value: unknown };

/** One operator application. An empty string among `inputs` or `outputs` is an absent optional. */
export interface Node {
  readonly op: string;
  /** '' is the default ONNX domain. */
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** The protobuf message that this was read from: keeps unknown fields for writing. */
  readonly proto?: unknown;
}

/** A dataflow graph in topological order, as the specification demands. */
export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  /** Without the initializers that old files repeat among their inputs. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  /** Types that the file itself states for intermediate values. */
  readonly valueInfo: ReadonlyMap<string, ValueInfo>;
  readonly proto?: unknown;
}

/** A whole model file. */
export interface Model {
  readonly irVersion: number;
  /** Operator set version by domain ('' is the default domain). */
  readonly opsets: ReadonlyMap<string, number>;
  readonly producer: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly graph: Graph;
  readonly proto?: unknown;
}
