import type { Emitter } from '../emit/emitter.js';
import type { Derivation, VjpCall } from '../types.js';
import { refuseMalformed } from './refuseMalformed.js';
import type { Ways } from './ways.js';

/** What {@link pullBack} is given. */
export interface PullBack {
  readonly e: Emitter;
  readonly ways: Ways;
  /** Tensors with the cotangents that they are given; a tensor may come more than once. */
  readonly seeds: Iterable<readonly [tensor: string, cotangent: string]>;
  /** Tensors whose cotangent somebody asks for. */
  readonly observed: ReadonlySet<string>;
  readonly derivation: Derivation;
}

/** Walks a way backwards, and returns what finds the cotangent of a tensor: null where none arrives. */
export function pullBack({ e, ways, seeds, observed, derivation }: PullBack): (name: string) => string | null {
  const { active, varies } = ways;
  const contributions = new Map<string, string[]>();
  const contribute = (name: string, value: string): void => {
    const known = contributions.get(name);
    if (known) known.push(value);
    else contributions.set(name, [value]);
  };
  for (const [name, cotangent] of seeds) contribute(name, cotangent);
  const total = (name: string): string | null => {
    const parts = contributions.get(name);
    if (!parts) return null;
    const sum = parts.reduce((a, b) => e.op('Add', [a, b]));
    contributions.set(name, [sum]);
    return sum;
  };
  for (let i = active.length - 1; i >= 0; i--) {
    const node = active[i]!;
    const cotangents = node.outputs.map((output) => (varies.has(output) ? total(output) : null));
    if (cotangents.every((value) => value === null)) continue;
    const call: VjpCall = {
      e,
      node,
      g: cotangents[0]!,
      cotangents,
      needs: (input) => varies.has(node.inputs[input]!),
      flows: (name) => varies.has(name),
      observed: (name) => observed.has(name) || derivation.replaced(e.producer(name)),
      replaced: (other) => derivation.replaced(other),
      contribute,
      derivation,
    };
    const gradients = refuseMalformed(node, () => derivation.rule(node).vjp(call));
    for (const [input, gradient] of gradients.entries())
      if (gradient && varies.has(node.inputs[input]!)) contribute(node.inputs[input]!, gradient);
  }
  return total;
}
