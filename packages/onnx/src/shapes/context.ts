import type { DataType, Dim, Graph, Node, TensorType } from '../types.js';
import type { DimAlgebra } from './dims.js';

/** A small tensor of which elements may be symbols (entries of a shape) or unknown. Booleans are 0 and 1. */
export interface PartialValue {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly data: readonly Dim[];
}

/** What a rule may ask about the node that it is applied to. */
export interface RuleContext {
  readonly node: Node;
  /** Version of the operator set that the node belongs to. */
  readonly opset: number;
  readonly dims: DimAlgebra;
  /** Type of input `i`; null where it is absent or unknown. */
  type(i: number): TensorType | null;
  /** Shape of input `i`; null where it is absent or its rank unknown. */
  shape(i: number): readonly Dim[] | null;
  /** Value of input `i`, where it is known, at least in part. */
  value(i: number): PartialValue | null;
  int(attribute: string, fallback: number): number;
  ints(attribute: string): readonly number[] | null;
  float(attribute: string, fallback: number): number;
  string(attribute: string, fallback: string): string;
  /** Types of a subgraph's outputs; `inputs` are those of what it is given. */
  subgraph(graph: Graph, inputs?: ReadonlyMap<string, TensorType>): readonly (TensorType | null)[];
}

/** Types of a node's outputs; null or missing: unknown. */
export type ShapeRule = (context: RuleContext) => readonly (TensorType | null)[];

/** Values of a node's outputs; null or missing: unknown. */
export type ValueRule = (context: RuleContext) => readonly (PartialValue | null)[];

/** The elements of a 1-D input that must be whole numbers to be of use; null where any is not known. */
export function numbers(value: PartialValue | null): number[] | null {
  if (value === null || !value.data.every((v) => typeof v === 'number')) return null;
  return value.data as number[];
}

/** Axes that are an attribute in old operator sets and an input in new ones; null where there are none or they are not known. */
export function axesOf(
  context: RuleContext,
  input: number,
): { readonly axes: readonly number[] | null; readonly unknown: boolean } {
  const attribute = context.ints('axes');
  if (attribute !== null) return { axes: attribute, unknown: false };
  const name = context.node.inputs[input] ?? '';
  if (name === '') return { axes: null, unknown: false };
  const axes = numbers(context.value(input));
  return { axes, unknown: axes === null };
}

/** An axis counted from the front. */
export function front(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** A type of unknown rank. */
export function unranked(dtype: DataType): TensorType {
  return { dtype, shape: null };
}
