import type { Node } from '@incognita/onnx';
import type { Emitter } from '../emit/emitter.js';
import type { Rule } from '../types.js';

/** The rule of y = f(x), element by element, from the tensor f'(x). */
export function elementwise(derivative: (e: Emitter, node: Node) => string): Rule {
  return {
    vjp: ({ e, node, g }) => [e.op('Mul', [g, derivative(e, node)])],
    jvp: ({ e, node, tangents: [t] }) => [t ? e.op('Mul', [t, derivative(e, node)]) : null],
  };
}

/** The rule of a map that is linear in its first input and does not depend otherwise on it: forwards it is itself. */
export function linear(adjoint: (e: Emitter, node: Node, g: string) => string): Rule {
  return {
    vjp: ({ e, node, g }) => [adjoint(e, node, g)],
    jvp: ({ e, node, tangents: [t] }) => [t ? again(e, node, 0, t) : null],
  };
}

/** The same operator with another tensor at one input. */
export function again(e: Emitter, node: Node, input: number, value: string): string {
  return e.op(node.op, node.inputs.with(input, value), node.attributes);
}

/** The sum of the tangents that there are. */
export function sumOf(e: Emitter, values: readonly (string | null)[]): string | null {
  let total: string | null = null;
  for (const value of values) if (value !== null) total = total === null ? value : e.op('Add', [total, value]);
  return total;
}
