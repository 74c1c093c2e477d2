import {
  type Clamp,
  clamp,
  cut,
  decompose,
  inferShapes,
  type Model,
  type Node,
  rewire,
  simplify,
  valueNames,
} from '@incognita/onnx';
import type { Anatomy, Point } from '../anatomy/anatomy.js';
import { type PreparedDecoder, writtenOut } from '../anatomy/prepare.js';
import { type BuiltSlice, type GraphSlice, withSlices } from './slices.js';

/** What a graph is to read and write. */
export interface GraphRequest {
  readonly taps: readonly Point[];
  /** Parts of points; default: none. */
  readonly slices?: readonly GraphSlice[];
  readonly clamps: readonly Pick<Clamp, 'tensor' | 'kind' | 'name'>[];
  /** Logits of every position, or of the last one only, which spares most of the unembedding. */
  readonly logits: 'all' | 'last' | 'none';
  /** Whether to give out the states to go on from. */
  readonly cache: boolean;
}

/** A graph that reads and writes what was asked for. */
export interface BuiltGraph {
  readonly model: Model;
  /** Names of the outputs, all float32. */
  readonly logits: string | null;
  readonly taps: readonly { readonly point: string; readonly axes: Point['axes']; readonly output: string }[];
  readonly slices: readonly BuiltSlice[];
}

/**
 * Edits a decoder so that it gives out and takes in what is asked for. Fused operators stay, but for those that hide a point that is
 * asked for. What nothing asks for is not computed.
 */
export function buildGraph(prepared: PreparedDecoder, anatomy: Anatomy, request: GraphRequest): BuiltGraph {
  const read = [...request.taps, ...(request.slices ?? []).map(({ point }) => point)];
  const tensors = [...read.map((point) => point.tensor), ...request.clamps.map((one) => one.tensor)];
  let model = baseFor(
    prepared,
    tensors,
    request.clamps.map((one) => one.tensor),
  );
  model = clamp(
    model,
    request.clamps.map(({ tensor, kind, name }) => ({
      tensor,
      kind,
      mask: 'input' as const,
      ...(name === undefined ? {} : { name }),
    })),
  );
  const logits = anatomy.points.get('logits') as Point;
  const { unembedding } = anatomy;
  const whole = tensors.some((tensor) => tensor === logits.tensor || tensor === unembedding.input);
  if (request.logits === 'last' && unembedding.rowwise && !whole && valueNames(model.graph).has(unembedding.input))
    model = rewire(model, unembedding.input, (b, x) => b.op('Slice', [x, b.i64([-1]), b.i64([2 ** 62]), b.i64([1])]));
  const sliced = withSlices(model, request.slices ?? []);
  model = sliced.model;
  const names = new Map<string, string>();
  const outputs = [
    ...(request.logits === 'none' ? [] : [logits.tensor]),
    ...request.taps.map((point) => point.tensor),
    ...sliced.slices.map(({ output }) => output),
  ];
  model = inFloat32(model, outputs, names);
  const cache = request.cache ? anatomy.inputs.cache.map((entry) => entry.present) : [];
  const wanted = [...new Set([...outputs.map((tensor) => names.get(tensor)!), ...cache])];
  return {
    model: cut(model, { outputs: wanted }),
    logits: request.logits === 'none' ? null : names.get(logits.tensor)!,
    taps: request.taps.map(({ name, axes, tensor }) => ({ point: name, axes, output: names.get(tensor)! })),
    slices: sliced.slices.map((slice) => ({ ...slice, output: names.get(slice.output)! })),
  };
}

/** The decoder with as many fused operators as the tensors allow. */
function baseFor({ fast, plain }: PreparedDecoder, tensors: readonly string[], written: readonly string[]): Model {
  const missing = (model: Model): string[] => {
    const names = valueNames(model.graph);
    return tensors.filter((tensor) => !names.has(tensor));
  };
  const hidden = missing(fast);
  // A fused operator that gives out a sum and its normalization would not see what is written to the sum.
  const inside = new Set(written);
  const opens = (node: Node): boolean =>
    writtenOut(node) &&
    (node.outputs.slice(1).some((name) => inside.has(name)) || hidden.some((tensor) => tensor.startsWith(`${node.name}/`)));
  if (fast === plain || (hidden.length === 0 && !fast.graph.nodes.some(opens))) return hidden.length === 0 ? fast : plain;
  const open = simplify(decompose(fast, { only: opens }));
  return missing(open).length === 0 ? open : plain;
}

/** Half-precision outputs get a float32 twin. */
function inFloat32(model: Model, outputs: readonly string[], names: Map<string, string>): Model {
  const types = inferShapes(model);
  const halves = [...new Set(outputs)].filter((tensor) => /^b?float16$/.test(types.get(tensor)?.dtype ?? ''));
  for (const tensor of outputs) names.set(tensor, halves.includes(tensor) ? `${tensor}:float32` : tensor);
  if (halves.length === 0) return model;
  const casts = halves.map((tensor) => ({
    op: 'Cast',
    domain: '',
    name: `${tensor}:float32`,
    inputs: [tensor],
    outputs: [`${tensor}:float32`],
    attributes: { to: { type: 'int', value: 1 } as const },
  }));
  return { ...model, graph: { ...model.graph, nodes: [...model.graph.nodes, ...casts] } };
}
