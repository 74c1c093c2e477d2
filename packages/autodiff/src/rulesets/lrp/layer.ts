import type { Node } from '@incognita/onnx';
import type { Emitter } from '../../emit/emitter.js';
import type { Rule, VjpCall } from '../../types.js';

/** A weighted layer y = x W + b, whose parts a rule may replace. */
export interface Layer {
  readonly e: Emitter;
  /** The input that relevance goes to. */
  readonly x: string;
  readonly weight: string;
  /** Empty where there is none. */
  readonly bias: string;
  /** The output, bias included. */
  readonly y: string;
  /** The relevance of y divided by y. */
  readonly g: string;
  /** The layer of another input, weight and bias ('' for none). */
  forward(x: string, weight: string, bias: string): string;
  /** s Wᵀ */
  adjoint(s: string, weight: string): string;
}

/** Reads a node whose input 0 is data and whose input 1 is constant. */
export function layerOf(call: VjpCall, exact: Rule['vjp']): Layer {
  const { e, node, g } = call;
  const [x, weight] = node.inputs as [string, string];
  const after = node.inputs[2] ? null : biasAfter(e, node, (name) => call.flows(name));
  return {
    e,
    x,
    weight,
    bias: node.inputs[2] ?? after?.bias ?? '',
    y: after?.y ?? node.outputs[0]!,
    g,
    forward: (value, w, b) => {
      if (!after) return e.op(node.op, b === '' ? [value, w] : [value, w, b], node.attributes);
      const product = e.op(node.op, [value, w], node.attributes);
      return b === '' ? product : e.op('Add', [product, b]);
    },
    adjoint: (s, w) => {
      const inputs = [x, w, ...node.inputs.slice(2)];
      const only = { ...call, node: { ...node, inputs }, g: s, cotangents: [s], needs: (i: number) => i === 0 };
      // Nothing may be assumed of how the cotangents of the model's own nodes are put together here.
      return exact({ ...only, observed: () => true })[0]!;
    },
  };
}

/** A constant row that the only reader of a product adds: exporters write the bias of a dense layer so. */
function biasAfter(e: Emitter, node: Node, flows: (name: string) => boolean): { y: string; bias: string } | null {
  const [next, ...others] = e.consumers(node.outputs[0]!);
  if (node.op !== 'MatMul' || next?.op !== 'Add' || next.domain !== '' || others.length > 0) return null;
  const bias = next.inputs.find((name) => name !== node.outputs[0]);
  return bias !== undefined && !flows(bias) && (e.rank(bias) ?? 2) <= 1 ? { y: next.outputs[0]!, bias } : null;
}

/** The layer's weight (or bias) after an elementwise change, with its type on record. */
export function changed(e: Emitter, name: string, made: string): string {
  return e.declare(made, { dtype: e.dtype(name), shape: e.shape(name) });
}
