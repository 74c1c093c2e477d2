import type { AttributeInput } from '../../build/builder.js';
import type { PartialValue } from '../../shapes/context.js';
import type { DataType, Dim, Node, Tensor, TensorType } from '../../types.js';

/** Attributes as a rewrite writes them; whole numbers are ints: write `float(1)` for a float attribute. */
export type RewriteAttributes = Readonly<Record<string, AttributeInput | undefined>>;

/**
 * What a rewrite of one node may ask, and how it writes other nodes in its place. Values are named by strings; types and known
 * values are there for the tensors of the model and for what the rewrite itself has written.
 */
export interface RewriteContext {
  readonly node: Node;
  /** Version of the default operator set that the nodes are written for: 18 or later. */
  readonly opset: number;
  /** Version of the node's own operator set, as the model was given. */
  readonly since: number;
  /** Name of input `i`; '' where it is absent. */
  input(i: number): string;
  /** Whether anybody reads output `i`. */
  used(i: number): boolean;
  /** An integer attribute, or its default. */
  int(attribute: string, fallback: number): number;
  /** A list of integers, or null where the node does not state it. */
  ints(attribute: string): readonly number[] | null;
  float(attribute: string, fallback: number): number;
  floats(attribute: string): readonly number[] | null;
  string(attribute: string, fallback: string): string;
  /** Type of a value; null where nothing is known. */
  type(name: string): TensorType | null;
  /** Element type of a value; an error where it is not known. */
  dtype(name: string): DataType;
  /** Shape of a value; null where not even the rank is known. */
  shape(name: string): readonly Dim[] | null;
  /** Rank of a value; a refusal where it is not known. */
  rank(name: string): number;
  /** Value of a small tensor, where it is known at least in part (shape arithmetic, constants). */
  value(name: string): PartialValue | null;
  /** The constant behind a name (initializer or Constant node), whatever its size; null where it is computed. */
  tensor(name: string): Tensor | null;
  /** All numbers of a constant whose bytes are at hand, else null. */
  numbers(name: string): ArrayLike<number> | null;
  /** Writes a node of the default domain with one output; returns the output's name. Equal nodes are written once, known shapes as constants. */
  op(op: string, inputs: readonly string[], attributes?: RewriteAttributes): string;
  /** Writes a node with `count` outputs; returns their names. */
  ops(op: string, inputs: readonly string[], count: number, attributes?: RewriteAttributes, domain?: string): readonly string[];
  /** A constant; without `dims` a vector. */
  constant(dtype: DataType, values: ArrayLike<number>, dims?: readonly number[]): string;
  /** A tensor as an initializer; its bytes are not copied. */
  initializer(tensor: Tensor): string;
  /** A scalar of the element type of the value `like`. */
  scalar(value: number, like: string): string;
  /** A vector of int64. */
  vector(values: readonly number[]): string;
  /** Refuses: the node stays impossible to rewrite, and the error says why and what to do. */
  refuse(reason: string, remedy: string): never;
}

/**
 * Writes nodes that compute the same as the context's node, and returns the names of its outputs, in order; null or '' for
 * outputs that nobody uses. Undefined leaves the node as it is.
 */
export type Rewrite = (c: RewriteContext) => readonly (string | null)[] | undefined;

/** A node cannot be written in other operators; names operator, node, reason and remedy. */
export class CannotDecomposeError extends Error {
  override readonly name: string = 'CannotDecomposeError';
  readonly op: string;
  readonly domain: string;
  readonly node: string;
  readonly reason: string;
  readonly remedy: string;

  constructor(node: Node, reason: string, remedy: string, options?: ErrorOptions) {
    const op = node.domain === '' ? node.op : `${node.domain}.${node.op}`;
    const where = node.name || node.outputs.find((output) => output !== '') || '(unnamed)';
    super(`${op} (node "${where}") cannot be written in plain operators: ${reason} ${remedy}`, options);
    this.op = node.op;
    this.domain = node.domain;
    this.node = where;
    this.reason = reason;
    this.remedy = remedy;
  }
}
