import type { Dim, Model } from '../types.js';

/** What a model is, in numbers. */
export interface ModelSummary {
  readonly producer: string;
  readonly irVersion: number;
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly { readonly name: string; readonly dtype: string | null; readonly shape: readonly Dim[] | null }[];
  readonly outputs: readonly { readonly name: string; readonly dtype: string | null; readonly shape: readonly Dim[] | null }[];
  readonly nodes: number;
  readonly parameters: number;
  /** How often each operator occurs, most frequent first; operators of other domains as `domain::Op`. */
  readonly operators: Readonly<Record<string, number>>;
}

/** Elements of all floating-point initializers, also those of Constant nodes of more than one element; of shared ones once. */
export function parameterCount(model: Model): number {
  let count = 0;
  const constants = model.graph.nodes.flatMap((node) => {
    const { value } = node.attributes;
    return node.op === 'Constant' && value?.type === 'tensor' ? [value.value] : [];
  });
  for (const tensor of [...model.graph.initializers.values(), ...constants]) {
    const size = tensor.dims.reduce((a, b) => a * b, 1);
    if (/float/.test(tensor.dtype) && (size > 1 || !constants.includes(tensor))) count += size;
  }
  return count;
}

/** A model at a glance. */
export function summary(model: Model): ModelSummary {
  const operators = new Map<string, number>();
  for (const { op, domain } of model.graph.nodes) {
    const name = domain === '' ? op : `${domain}::${op}`;
    operators.set(name, (operators.get(name) ?? 0) + 1);
  }
  const values = (list: Model['graph']['inputs']) =>
    list.map(({ name, type }) => ({ name, dtype: type?.dtype ?? null, shape: type?.shape ?? null }));
  return {
    producer: model.producer,
    irVersion: model.irVersion,
    opsets: Object.fromEntries(model.opsets),
    inputs: values(model.graph.inputs),
    outputs: values(model.graph.outputs),
    nodes: model.graph.nodes.length,
    parameters: parameterCount(model),
    operators: Object.fromEntries([...operators].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))),
  };
}
