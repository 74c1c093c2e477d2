import type { ShapeOverrides } from '../../shapes/infer.js';
import type { Model, Node } from '../../types.js';
import { dropUnused } from '../dropUnused.js';
import type { Rewrite, RewriteContext } from '../rewrite/context.js';
import { rewriteNodes } from '../rewrite/rewrite.js';
import { removeIdentities } from '../simplify.js';
import { upgradeOpset } from '../upgrade/upgrade.js';
import { microsoft } from './microsoft.js';
import type { Progress, QuantizedRewrite } from './quantized.js';
import { standard } from './standard.js';

/** Options of {@link dequantize}. */
export interface DequantizeOptions {
  /** Keep activations to the range that their quantised numbers had, by Clip (no gradient outside). Default false. */
  readonly saturate?: boolean;
  /** Sizes to assume for inputs, by name, as for `inferShapes`. */
  readonly shapes?: ShapeOverrides;
}

/**
 * The float model behind a quantised one: QuantizeLinear and DequantizeLinear pairs, QLinearConv, QLinearMatMul, QGemm, QAttention and
 * the QLinear operators of com.microsoft, and what ONNX Runtime's dynamic quantiser writes (DynamicQuantizeLinear with MatMulInteger or
 * ConvInteger, DynamicQuantizeMatMul, MatMulIntegerToFloat). MatMulNBits is left to `decompose`, which says the same of it exactly.
 *
 * - Exact: weights and biases. They stay the quantised bytes of the file, and the graph dequantises them, so that every
 *   weight has the value that the quantised model computes with.
 * - Straight-through: activations. They are not rounded; their gradient is that of the float model, as if rounding were the identity
 *   (Bengio, Léonard and Courville, Estimating or Propagating Gradients Through Stochastic Neurons, 2013). Outputs differ from
 *   those of the quantised model by the rounding of its activations, and where these left their range unless `saturate` is set.
 *
 * Operators that move numbers without computing (Reshape, Transpose, MaxPool, …) move real ones. Names of outputs stay; what held
 * whole numbers holds real ones under the same name.
 *
 * @throws CannotDecomposeError where quantised numbers are computed with in another way.
 * @example
 * vjp(dequantize(model), { of: 'logits', wrt: 'image' });
 */
export function dequantize(model: Model, { saturate = false, shapes = {} }: DequantizeOptions = {}): Model {
  const progress: Progress = { real: new Map(), sums: new Set(), saturate };
  const own = new Set<string>();
  const rewriteOf = (node: Node): Rewrite | undefined => {
    if (own.has(node.name)) return undefined;
    const rule = tables[node.domain]?.[node.op];
    if (rule) return (c) => rule(recording(c, own), progress);
    const reads = node.inputs.some((name) => progress.real.has(name) || progress.sums.has(name));
    return reads ? (c) => moved(c, progress) : undefined;
  };
  const modern = upgradeOpset(model, OPSET, shapes);
  const wholes = new Map([...modern.graph.valueInfo].filter(([, { type }]) => type?.dtype.includes('float')));
  const stated = { ...modern, graph: { ...modern.graph, valueInfo: wholes } };
  const plain = rewriteNodes(stated, rewriteOf, { shapes });
  if (plain === stated) return model;
  const outputs = plain.graph.outputs.map(({ name, type }) =>
    type && (progress.real.has(name) || progress.sums.has(name))
      ? { name, type: { ...type, dtype: 'float32' as const } }
      : { name, type },
  );
  return dropUnused(removeIdentities({ ...plain, graph: { ...plain.graph, outputs } }));
}

const OPSET = 18;
const tables: Readonly<Record<string, Readonly<Record<string, QuantizedRewrite>>>> = {
  '': standard,
  'com.microsoft': microsoft,
};

/** Those that do so only where quantised numbers reach them. */
const passive = new Set(['Cast', 'DequantizeLinear', 'Pad']);

/** Whether a node rounds numbers, or computes with rounded ones: what `dequantize` takes away. */
export function computesQuantized({ domain, op }: Node): boolean {
  return tables[domain]?.[op] !== undefined && !passive.has(op);
}

/** Operators that give out numbers of their first input as they are, in the same quantisation. */
const movers = new Set(
  'Expand Flatten Gather GatherElements GatherND Identity MaxPool Reshape Slice Split Squeeze Tile Transpose Unsqueeze'.split(
    ' ',
  ),
);

/** A node that reads real values under a quantised name: it may move them; anything else would compute with whole numbers. */
function moved(c: RewriteContext, { real }: Progress): undefined {
  const { node } = c;
  const quantization = real.get(node.inputs[0] ?? '');
  const joined = node.op === 'Concat' && node.inputs.every((name) => real.has(name));
  const others = node.op === 'Concat' ? [] : node.inputs.slice(1);
  if (node.domain === '' && quantization && (joined || movers.has(node.op)) && !others.some((name) => real.has(name))) {
    const same = node.inputs.every((name) => !joined || real.get(name)!.scale === quantization.scale);
    if (!same) c.refuse('it joins numbers of different scales.', 'Use QLinearConcat, or dequantise before it.');
    for (const output of node.outputs) real.set(output, quantization);
    return undefined;
  }
  return c.refuse(
    'it computes with quantised numbers in a way that has no meaning for real ones here.',
    'Choose `of` and `wrt` so that the way between them does not pass it, or export the float model.',
  );
}

/** The context, remembering the nodes that are written through it: they compute with real values already. */
function recording(c: RewriteContext, own: Set<string>): RewriteContext {
  const ops: RewriteContext['ops'] = (...call) => {
    const names = c.ops(...call);
    own.add(names[0]!);
    return names;
  };
  return { ...c, ops, op: (op, inputs, attributes) => ops(op, inputs, 1, attributes)[0]! };
}
