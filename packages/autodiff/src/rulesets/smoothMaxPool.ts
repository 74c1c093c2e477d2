import type { Node } from '@incognita/onnx';
import { intsOf } from '../emit/attributes.js';
import type { Emitter } from '../emit/emitter.js';
import { MissingRuleError } from '../errors.js';
import { rules } from '../registry.js';
import * as elementary from '../rules/elementary.js';
import type { VjpCall } from '../types.js';
import type { RuleSet } from './ruleSet.js';

/** Options of the rule set `smoothMaxPool`. */
export interface SmoothMaxPoolOptions {
  /** `L2` (default): the gradient of avg(x²) / (0.01 + avg|x|). `avg`: that of the average. */
  readonly mode?: 'L2' | 'avg';
}

/** The constant under the fraction of mode L2, as in Lucid. */
const FLOOR = 1e-2;

/**
 * Smooth max-pool: backwards a max-pool is taken for a smoother pool over the same windows, so that not one place alone gets
 * everything. The average leaves padding out, as TensorFlow's does.
 *
 * Source: tensorflow/lucid `lucid/optvis/overrides/smoothed_maxpool_grad.py` (make_smoothed_maxpool_grad).
 */
export function smoothMaxPool({ mode = 'L2' }: SmoothMaxPoolOptions = {}): RuleSet {
  const rule = (op: string) => (call: VjpCall) => [smooth(call, averageOf(call.e, call.node, op), mode)];
  return { name: 'smoothMaxPool', rules: { MaxPool: rule('AveragePool'), GlobalMaxPool: rule('GlobalAveragePool') } };
}

function smooth(call: VjpCall, average: Node, mode: 'L2' | 'avg'): string {
  const { e, node, g } = call;
  if (call.cotangents[1]) throw new MissingRuleError(node, 'its Indices output has no gradient.');
  const x = node.inputs[0]!;
  const pool = (value: string): string => e.op(average.op, [value], average.attributes);
  const spread = (value: string): string => rules.get(average.op)!.vjp({ ...call, node: average, g: value })[0]!;
  if (mode === 'avg') return spread(g);
  const squares = pool(e.op('Mul', [x, x]));
  const floor = e.op('Add', [pool(e.op('Abs', [x])), e.scalar(FLOOR, x)]);
  const share = e.op('Div', [g, floor]);
  // d(n/d) = (dn − (n/d) dd) / d, with n = avg(x²) and d = 0.01 + avg|x|.
  const bySquares = e.op('Mul', [spread(share), e.op('Mul', [x, e.scalar(2, x)])]);
  const through = spread(e.op('Mul', [share, e.op('Div', [squares, floor])]));
  const [bySizes] = elementary.Abs.vjp({ ...call, node: { ...node, op: 'Abs' }, g: through });
  return e.op('Sub', [bySquares, bySizes!]);
}

/** The average pool over the windows of a max-pool. */
function averageOf(e: Emitter, node: Node, op: string): Node {
  const { storage_order: _, dilations, ...attributes } = node.attributes;
  const dilated = intsOf(node, 'dilations')?.some((step) => step !== 1) ?? false;
  if (dilated && e.opset < 19)
    throw new MissingRuleError(node, `smoothMaxPool with dilations needs opset 19 or newer; the model has ${e.opset}.`);
  const windows = dilated && dilations ? { ...attributes, dilations } : attributes;
  return { ...node, op, outputs: node.outputs.slice(0, 1), attributes: windows };
}
