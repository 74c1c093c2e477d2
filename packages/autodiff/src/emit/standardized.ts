import type { Node } from '@incognita/onnx';
import { LARGEST_FOLDED } from './centredProduct.js';
import type { Flow } from './rectified.js';

/** What a layer normalization makes before scale and bias, and one over its deviation. */
export interface Standardized {
  readonly xhat: string;
  readonly inverse: string;
}

/**
 * x̂ = (x − μ)/σ of a layer normalization from its own kernel: where nothing but a product with a constant matrix B and a sum
 * with a constant b read y = γ x̂ + β, the forward pass is rewritten to x̂ (diag(γ) B) + (b + β B). Null elsewhere.
 */
export function standardizedFor(flow: Flow, node: Node): Standardized | null {
  const { e } = flow;
  const [x, gamma, beta] = node.inputs as [string, string, string | undefined];
  const product = onlyReader(flow, node.outputs[0]!, 'MatMul');
  if (!product || product.inputs[0] !== node.outputs[0]) return null;
  const tail = onlyReader(flow, product.outputs[0]!, 'Add');
  const bias = tail?.inputs.find((name) => name !== product.outputs[0]);
  const matrix = product.inputs[1]!;
  const [rows, columns, ...more] = e.tensor(matrix)?.dims ?? [];
  if (!tail || !bias || !rows || !columns || more.length > 0 || rows * columns > LARGEST_FOLDED) return null;
  const constants = [matrix, gamma, bias, ...(beta ? [beta] : [])];
  if (constants.some((name) => flow.flows(name) || e.dtype(name) !== 'float32')) return null;
  const [b, scale, sum, shift] = [e.values(matrix), e.values(gamma), e.values(bias), beta ? e.values(beta) : []];
  if (!b || !shift || scale?.length !== rows || sum?.length !== columns || e.tensor(bias)?.dims.length !== 1) return null;
  const scaled = Float32Array.from({ length: rows * columns }, (_, i) => b[i]! * scale[Math.floor(i / columns)]!);
  const shifted = Float64Array.from({ length: columns }, (_, m) => {
    let total = sum[m]!;
    for (let c = 0; beta && c < rows; c++) total += shift[c]! * b[c * columns + m]!;
    return total;
  });
  const ones = e.constant('float32', new Float32Array(rows).fill(1));
  const [xhat, , inverse] = e.beforeAll(tail, 'LayerNormalization', [x, ones], 3, node.attributes) as [string, string, string];
  const through = e.before(tail, 'MatMul', [xhat, e.constant('float32', scaled, [rows, columns])]);
  e.extend(tail, { ...tail, inputs: [through, e.constant('float32', shifted)] });
  return { xhat, inverse };
}

/** The node that alone reads a tensor, if it is of this operator and follows its exact rule. */
function onlyReader(flow: Flow, name: string, op: string): Node | null {
  const [reader, ...others] = flow.e.consumers(name);
  const alone = reader?.op === op && reader.domain === '' && others.length === 0;
  return alone && !flow.observed(name) && !flow.replaced(reader) ? reader : null;
}
