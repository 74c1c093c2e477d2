import { subgraphs } from '@incognita/onnx';
import type { Emitter } from '../emit/emitter.js';
import type { Derivation } from '../types.js';
import { refuseMalformed } from './refuseMalformed.js';
import type { Ways } from './ways.js';

/**
 * Walks a way forwards from the given tangents; returns the tangent of every tensor that has one. A tensor that is given a
 * tangent and lies behind another adds what arrives there.
 */
export function pushForward(
  e: Emitter,
  { active, varies }: Ways,
  given: ReadonlyMap<string, string>,
  derivation: Derivation,
): ReadonlyMap<string, string> {
  const tangents = new Map(given);
  for (const node of active) {
    const inputs = node.inputs.map((input) => tangents.get(input) ?? null);
    if (inputs.every((value) => value === null) && subgraphs(node).length === 0) continue;
    const tangent = (name: string): string | null => tangents.get(name) ?? null;
    const made = refuseMalformed(node, () => derivation.rule(node).jvp({ e, node, tangents: inputs, tangent, derivation }));
    for (const [output, value] of made.entries()) {
      const name = node.outputs[output]!;
      if (!value || !varies.has(name)) continue;
      const seeded = given.get(name);
      tangents.set(name, seeded ? e.op('Add', [seeded, value]) : value);
    }
  }
  return tangents;
}
