import type { Graph, Node, TensorType, ValueInfo } from '@incognita/onnx';
import type { Emitter } from '../emit/emitter.js';
import { ancestors } from '../graph/ways.js';

/** A tensor that a body gives out, with its type as far as it must be stated. */
export interface BodyResult {
  readonly tensor: string;
  readonly type: TensorType;
}

/** What a body needs of its graph, and the names that it reads. */
export interface OpenBody {
  readonly nodes: readonly Node[];
  readonly results: readonly ValueInfo[];
  readonly reads: ReadonlySet<string>;
}

/** Gives each result a name of its own that a node of the body makes, and keeps what the results need. */
export function cutBody(e: Emitter, results: readonly BodyResult[]): OpenBody {
  const { nodes } = e.written();
  const made = new Set(nodes.flatMap((node) => node.outputs));
  const taken = new Set<string>();
  const copies: Node[] = [];
  const named = results.map(({ tensor, type }): ValueInfo => {
    if (made.has(tensor) && !taken.has(tensor)) {
      taken.add(tensor);
      return { name: tensor, type };
    }
    const name = e.builder.unique('out');
    copies.push({ op: 'Identity', domain: '', name, inputs: [tensor], outputs: [name], attributes: {} });
    return { name, type };
  });
  const kept = ancestors(
    [...nodes, ...copies],
    named.map((result) => result.name),
  );
  return { nodes: kept.nodes, results: named, reads: kept.names };
}

/** The finished body. */
export function closeBody(e: Emitter, open: OpenBody, inputs: readonly ValueInfo[]): Graph {
  const initializers = new Map([...e.written().initializers].filter(([name]) => open.reads.has(name)));
  return {
    name: e.model.graph.name || 'body',
    nodes: open.nodes,
    inputs,
    outputs: open.results,
    initializers,
    valueInfo: new Map(),
  };
}

/**
 * The type of a tensor inside a body, to be stated for it or for its derivative. Symbols are left out: what they stand for may
 * differ from one iteration to the next.
 */
export function typed(e: Emitter, name: string): TensorType {
  const shape = e.shape(name)?.map((dim) => (typeof dim === 'number' ? dim : null)) ?? null;
  return { dtype: e.dtype(name), shape };
}
