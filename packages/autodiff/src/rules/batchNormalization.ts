import type { Node } from '@incognita/onnx';
import { floatOf, intOf } from '../emit/attributes.js';
import { channelAxes } from '../emit/channels.js';
import type { Emitter } from '../emit/emitter.js';
import { reduce } from '../emit/reduce.js';
import { unsqueeze } from '../emit/shapes.js';
import { BatchNormalization as parts } from '../parts/normalization.js';
import type { Rule } from '../types.js';
import { composite } from './composite.js';
import { sumOf } from './elementwise.js';

/** y = scale (x − mean) / √(var + ε) + bias with stored statistics: one factor a channel. */
export const BatchNormalization: Rule = {
  vjp: (call) => {
    const { e, node, g, needs } = call;
    if (hasOwnStatistics(node, needs(3) || needs(4))) return batchParts.vjp(call);
    const axes = channelAxes(e, node);
    const gain = (): string => unsqueeze(e, channelGain(e, node), axes.beside);
    return [
      needs(0) ? e.op('Mul', [g, gain()]) : null,
      needs(1) ? reduce(e, 'ReduceSum', e.op('Mul', [g, standardized(e, node, axes.beside)]), axes.others, false) : null,
      needs(2) ? reduce(e, 'ReduceSum', g, axes.others, false) : null,
    ];
  },
  jvp: (call) => {
    const { e, node } = call;
    const [tx, ts, tb, tm, tv] = call.tangents;
    if (hasOwnStatistics(node, Boolean(tm ?? tv))) return batchParts.jvp(call);
    const { beside } = channelAxes(e, node);
    const terms = [
      tx ? e.op('Mul', [tx, unsqueeze(e, channelGain(e, node), beside)]) : null,
      ts ? e.op('Mul', [standardized(e, node, beside), unsqueeze(e, ts, beside)]) : null,
      tb ? unsqueeze(e, tb, beside) : null,
    ];
    const total = sumOf(e, terms)!;
    return [tx || ts ? total : e.op('Expand', [total, e.op('Shape', [node.outputs[0]!])])];
  },
};

const batchParts = composite(parts);

/** In training the statistics are the batch's own; and stored ones may have a gradient. */
function hasOwnStatistics(node: Node, asked: boolean): boolean {
  return asked || intOf(node, 'training_mode', 0) === 1;
}

/** scale / √(var + ε), computed here where the constants are at hand. */
function channelGain(e: Emitter, node: Node): string {
  const [, scale, , , variance] = node.inputs as [string, string, string, string, string];
  const epsilon = floatOf(node, 'epsilon', 1e-5);
  const [s, v] = [e.values(scale), e.values(variance)];
  if (s && v)
    return e.constant(
      e.dtype(scale),
      Float64Array.from(s, (value, i) => value / Math.sqrt(v[i]! + epsilon)),
    );
  return e.op('Div', [scale, e.op('Sqrt', [e.op('Add', [variance, e.scalar(epsilon, variance)])])]);
}

function standardized(e: Emitter, node: Node, beside: readonly number[]): string {
  const [x, , , mean, variance] = node.inputs as [string, string, string, string, string];
  const deviation = e.op('Sqrt', [e.op('Add', [variance, e.scalar(floatOf(node, 'epsilon', 1e-5), variance)])]);
  return e.op('Div', [e.op('Sub', [x, unsqueeze(e, mean, beside)]), unsqueeze(e, deviation, beside)]);
}
