import {
  CannotDecomposeError,
  decompose,
  flattenIf,
  type Model,
  type Node,
  outerReferences,
  simplify,
  subgraphs,
} from '@incognita/onnx';

/** A decoder in the two forms that are worked with. Both compute the same, under the same names of inputs and outputs. */
export interface PreparedDecoder {
  /** One graph without branches; fused operators stay: the fast form. */
  readonly fast: Model;
  /** Fused attention, rotations and normalizations written in plain operators: every point is a tensor. */
  readonly plain: Model;
  /** Fused operators that could not be written in plain ones, by their first output, with the reason. */
  readonly kept: ReadonlyMap<string, string>;
}

/** Operators that hide points, or of whose outputs the residual stream is one. */
const HIDING = new Set(
  ['GroupQueryAttention', 'MultiHeadAttention', 'DecoderMaskedMultiHeadAttention', 'Attention', 'SkipLayerNormalization']
    .concat([
      'SkipSimplifiedLayerNormalization',
      'EmbedLayerNormalization',
      'SparseAttention',
      'PackedAttention',
      'PagedAttention',
    ])
    .map((op) => `com.microsoft::${op}`)
    .concat('Attention'),
);

/**
 * Brings a decoder into one graph: of a merged one (`use_cache_branch`) the branch with a cache, functions inlined, known shape
 * arithmetic folded; and beside it the form in which fused operators are written out. Weights are shared with the given model.
 *
 * @example
 * prepareDecoder(model).plain.graph.nodes.some((node) => node.op === 'Softmax'); // true
 */
export function prepareDecoder(model: Model): PreparedDecoder {
  const fast = simplify(flattenIf(model, { choose: cacheBranch(model) }));
  const kept = new Map<string, string>();
  for (;;) {
    try {
      const plain = decompose(fast, { only: (node) => writtenOut(node) && !kept.has(placeOf(node)) });
      return { fast, plain: plain === fast ? fast : simplify(plain), kept };
    } catch (error) {
      if (!(error instanceof CannotDecomposeError)) throw error;
      const node = fast.graph.nodes.find((one) => writtenOut(one) && (one.name || placeOf(one)) === error.node);
      if (node === undefined || kept.has(placeOf(node))) throw error;
      kept.set(placeOf(node), error.reason);
    }
  }
}

/** Whether an operator hides points, and is therefore written in plain ones. */
export function writtenOut(node: Node): boolean {
  return HIDING.has(keyOf(node));
}

function keyOf(node: Node): string {
  return node.domain === '' ? node.op : `${node.domain}::${node.op}`;
}

function placeOf(node: Node): string {
  return node.outputs.find((name) => name !== '') ?? '';
}

/** Of every If over a truth value that is an input, the branch that reads most inputs: the one that continues from a cache. */
function cacheBranch({ graph }: Model): Record<string, boolean> {
  const inputs = new Set(graph.inputs.map((v) => v.name));
  const choice: Record<string, boolean> = {};
  for (const node of graph.nodes) {
    const [condition] = node.inputs;
    if (node.op !== 'If' || condition === undefined || subgraphs(node).length !== 2) continue;
    const input = graph.inputs.find(
      ({ name, type }) => type?.dtype === 'bool' && (name === condition || feeds(graph.nodes, name, condition)),
    );
    if (input === undefined) continue;
    const read = (branch: string): number => {
      const attribute = node.attributes[branch];
      if (attribute === undefined) return 0;
      return new Set(outerReferences({ ...node, attributes: { [branch]: attribute } }).filter((name) => inputs.has(name))).size;
    };
    choice[input.name] = read('then_branch') >= read('else_branch');
  }
  return choice;
}

/** Whether an input becomes the condition by reshapes alone. */
function feeds(nodes: readonly Node[], input: string, condition: string): boolean {
  const maker = nodes.find((node) => node.outputs.includes(condition));
  if (maker === undefined || !['Squeeze', 'Reshape', 'Identity', 'Cast', 'Gather'].includes(maker.op)) return false;
  return maker.inputs[0] === input || feeds(nodes, input, maker.inputs[0]!);
}
