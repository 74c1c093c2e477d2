import { type AttributeInput, type DataType, GraphBuilder, type Model, type Tensor } from '@incognita/onnx';
import { spaced } from '../testing/random.js';
import type { Values } from '../testing/values.js';
import type { Draw } from './draw.js';

/** Where a graph runs, beside the CPU kernels in Node that all others are compared with. */
export type Engine = 'wasm' | 'webgpu';

/** What an engine does differently, and why; printed in the table of operators. */
export interface Exception {
  /** Bound of the relative error against the CPU kernels; absent where the engine refuses the graph or computes something else. */
  readonly tolerance?: number;
  readonly reason: string;
}

/** A model, a point and the derivative that is asked for. */
export interface Problem {
  readonly model: Model;
  readonly feeds: Readonly<Record<string, Values>>;
  readonly of: readonly string[];
  readonly wrt: readonly string[];
  /** A model of the same function for the finite differences, where the operator's own kernel computes in float32 alone. */
  readonly reference?: Model;
  /** No finite differences: the point lies on a kink, where the derivative is a convention. */
  readonly kinked?: boolean;
  /** Step of the finite differences in float32. */
  readonly step?: number;
  /** Bound of the relative error against finite differences, where the operator's own kernel is rounded more than others. */
  readonly tolerance?: number;
  /** Engines that do not do the same as Node's CPU kernels here. */
  readonly exceptions?: Partial<Record<Engine, Exception>>;
}

/** Draws a problem that contains the operator. */
export type Generator = (draw: Draw) => Problem;

/** One operator with its inputs. */
export interface Case {
  readonly op: string;
  readonly domain?: string;
  /** A shape (then the numbers are drawn), given numbers, a constant (list of integers or floats, or a tensor); '' is an absent optional. */
  readonly inputs: readonly (
    | readonly number[]
    | Values
    | Tensor
    | { readonly ints: readonly number[]; readonly dims?: readonly number[] }
    | { readonly floats: readonly number[]; readonly dims?: readonly number[] }
    | ''
  )[];
  readonly attributes?: Readonly<Record<string, AttributeInput | undefined>>;
  /** Numbers of the inputs to differentiate by; default all floats that are not constants. */
  readonly by?: readonly number[];
  readonly opset?: number;
  /** Number of outputs; default 1. */
  readonly outputs?: number;
  /** Numbers of the outputs to differentiate; default the first. */
  readonly of?: readonly number[];
  /** Bounds of the numbers that are drawn. */
  readonly range?: readonly [number, number];
  readonly step?: number;
  readonly tolerance?: number;
  /** Sizes are symbols: of the axes 0, 2, 3, … of the first input (`true`), or of every axis of every float input (`all`). */
  readonly symbolic?: boolean | 'all';
  readonly kinked?: boolean;
  readonly exceptions?: Problem['exceptions'];
}

/** The problem of one operator. */
export function caseProblem(given: Case, seed = 1): Problem {
  const b = new GraphBuilder({ opset: given.opset ?? 20 });
  const feeds: Record<string, Values> = {};
  const names = given.inputs.map((input, i) => {
    if (input === '') return '';
    if ('ints' in input) return b.i64(input.ints, input.dims);
    if ('floats' in input) return b.f32(input.floats, input.dims);
    if ('dtype' in input && typeof input.data === 'object' && 'kind' in input.data) return b.initializer(input as Tensor);
    const values = 'dims' in input ? (input as Values) : spaced(input as readonly number[], seed + i, ...(given.range ?? []));
    feeds[`x${i}`] = values;
    return b.input(`x${i}`, dtypeOf(values), symbols(values, i, given.symbolic ?? false));
  });
  const { outputs: count = 1, of = [0] } = given;
  const results = b.ops(given.op, names, count, given.attributes ?? {}, given.domain, ['y', 'y1', 'y2', 'y3'].slice(0, count));
  for (const i of of) b.output(results[i]!, 'float32', null);
  const differentiable = given.inputs.flatMap((_, i) => (feeds[`x${i}`]?.data instanceof Float32Array ? [i] : []));
  const { kinked, step, tolerance, exceptions } = given;
  return {
    model: b.model(),
    feeds,
    of: of.map((i) => results[i]!),
    wrt: (given.by ?? differentiable).map((i) => `x${i}`),
    ...(kinked !== undefined && { kinked }),
    ...(step !== undefined && { step }),
    ...(tolerance !== undefined && { tolerance }),
    ...(exceptions && { exceptions }),
  };
}

/** The problem of one operator, its numbers drawn and its sizes symbols in a third of all draws (unless `symbolic` says). */
export function single(draw: Draw, given: Case): Problem {
  const symbolic = draw.chance(1 / 3) && 'all';
  return caseProblem({ symbolic, ...given }, draw.seed());
}

/** Element type of the numbers of a feed. */
export function dtypeOf({ data, dtype }: Values): DataType {
  if (dtype) return dtype;
  if (data instanceof BigInt64Array) return 'int64';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof Uint8Array) return 'bool';
  return data instanceof Float64Array ? 'float64' : 'float32';
}

function symbols({ data, dims }: Values, i: number, symbolic: boolean | 'all'): (number | string)[] {
  if (symbolic === 'all') return data instanceof Float32Array ? dims.map((_, axis) => `x${i}_${axis}`) : [...dims];
  return symbolic && i === 0 ? dims.map((d, axis) => (axis === 1 ? d : `d${axis}`)) : [...dims];
}
