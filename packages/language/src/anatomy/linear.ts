import type { Node } from '@incognita/onnx';
import type { Flow } from './flow.js';

/** A product with constant weights, with its bias: y = x·W + b. */
export interface LinearUnit {
  readonly node: Node;
  /** What is multiplied, before any quantisation of it. */
  readonly input: string;
  /** The result with the bias added, of rank 3 where the graph has it so. */
  readonly output: string;
}

/** Operators of a product, and which input is multiplied with constant weights. */
const PRODUCTS = new Set([
  'MatMul',
  'Gemm',
  'MatMulInteger',
  'com.microsoft::MatMulNBits',
  'com.microsoft::MatMulBnb4',
  'com.microsoft::FusedMatMul',
  'com.microsoft::DynamicQuantizeMatMul',
  'com.microsoft::MatMulIntegerToFloat',
]);
const QUANTIZING = new Set(['DynamicQuantizeLinear', 'QuantizeLinear', 'DequantizeLinear', 'Cast']);

/** The linear unit that a node is the product of; null where it is none. */
export function linearUnit(flow: Flow, node: Node): LinearUnit | null {
  const key = node.domain === '' ? node.op : `${node.domain}::${node.op}`;
  const [input, weight] = node.inputs;
  if (!PRODUCTS.has(key) || input === undefined || weight === undefined) return null;
  if (!flow.isConstant(weight) || flow.isConstant(input)) return null;
  return { node, input: beforeQuantizing(flow, input), output: withBias(flow, node) };
}

/** The linear units that feed a tensor directly, without another one between, among some nodes. */
export function nearestUnits(flow: Flow, tensor: string, within: ReadonlySet<Node>): LinearUnit[] {
  const found = new Map<Node, LinearUnit>();
  const seen = new Set<string>();
  const pending = [tensor];
  while (pending.length > 0) {
    const name = pending.pop()!;
    const node = flow.maker(name);
    if (seen.has(name) || node === undefined || !within.has(node)) continue;
    seen.add(name);
    // The scale of a quantised product comes from what it multiplies, beside the product.
    if (node.op === 'DynamicQuantizeLinear') continue;
    const unit = linearUnit(flow, node);
    if (unit !== null) found.set(node, unit);
    else pending.push(...node.inputs.filter((input) => input !== ''));
  }
  return [...found.values()].sort((a, b) => flow.order(a.node) - flow.order(b.node));
}

function beforeQuantizing(flow: Flow, tensor: string): string {
  const node = flow.maker(tensor);
  return node !== undefined && QUANTIZING.has(node.op) && node.outputs.indexOf(tensor) === 0
    ? beforeQuantizing(flow, node.inputs[0]!)
    : tensor;
}

/** On over what belongs to the product: undoing of quantisation, reshapes, the bias. */
function withBias(flow: Flow, product: Node): string {
  let tensor = product.outputs[0]!;
  let biased = false;
  let whole = product.op !== 'MatMulInteger';
  for (;;) {
    const [reader, ...others] = flow.readers(tensor);
    if (reader === undefined || others.length > 0 || reader.domain !== '') return tensor;
    const other = reader.inputs[0] === tensor ? reader.inputs[1] : reader.inputs[0];
    if (reader.op === 'Cast' && !whole) tensor = reader.outputs[0]!;
    else if (reader.op === 'Mul' && !whole) {
      tensor = reader.outputs[0]!;
      whole = true;
    } else if (reader.op === 'Reshape' && flow.rank(tensor) === 2 && flow.rank(reader.outputs[0]!) === 3)
      tensor = reader.outputs[0]!;
    else if (reader.op === 'Add' && !biased && other !== undefined && flow.isConstant(other)) {
      tensor = reader.outputs[0]!;
      biased = true;
    } else return tensor;
  }
}
