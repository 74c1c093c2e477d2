import { cut, inferShapes, type Model } from '@incognita/onnx';

/** Half-precision types by their number in the specification. */
const HALVES: Readonly<Record<string, number>> = { float16: 10, bfloat16: 16 };

/** A part of a model: float32 in and out, whatever it computes in. */
export interface Part {
  readonly model: Model;
  readonly input: string;
  readonly output: string;
}

/** The part of a model between two tensors. */
export function partBetween(model: Model, from: string, to: string): Part {
  const part = cut(model, { inputs: [from], outputs: [to] });
  const types = inferShapes(model);
  const half = (tensor: string): number | null => HALVES[types.get(tensor)?.dtype ?? ''] ?? null;
  const [before, after] = [half(from), half(to)];
  if (before === null && after === null) return { model: part, input: from, output: to };
  const [input, output] = [before === null ? from : `${from}:given`, after === null ? to : `${to}:float32`];
  const cast = (x: string, y: string, type: number) => ({
    op: 'Cast',
    domain: '',
    name: `${y}:cast`,
    inputs: [x],
    outputs: [y],
    attributes: { to: { type: 'int', value: type } as const },
  });
  const { graph } = part;
  const nodes = [
    ...(before === null ? [] : [cast(input, from, before)]),
    ...graph.nodes,
    ...(after === null ? [] : [cast(to, output, 1)]),
  ];
  const inputs = graph.inputs.map((v) =>
    v.name === from ? { name: input, type: { dtype: 'float32' as const, shape: v.type?.shape ?? null } } : v,
  );
  const outputs = [{ name: output, type: { dtype: 'float32' as const, shape: graph.outputs[0]!.type?.shape ?? null } }];
  return { model: { ...part, graph: { ...graph, nodes, inputs, outputs } }, input, output };
}
