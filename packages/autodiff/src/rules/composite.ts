import { CannotDecomposeError, type Expansion, expandNode, type Node, type Rewrite } from '@incognita/onnx';
import type { Emitter } from '../emit/emitter.js';
import { MissingRuleError } from '../errors.js';
import { pushForward } from '../graph/forward.js';
import { pullBack } from '../graph/reverse.js';
import { waysBetween } from '../graph/ways.js';
import type { Rule } from '../types.js';

/**
 * The rule of an operator that is written in parts which have rules: the model keeps the operator's own kernel, and the
 * derivative is that of the parts. Of the parts' forward computation only what the derivative reads is left in the graph.
 */
export function composite(parts: Rewrite): Rule {
  return {
    vjp: ({ e, node, cotangents, needs, derivation }) => {
      const { nodes, outputs } = expand(e, node, parts);
      const sources = node.inputs.filter((name, i) => name !== '' && needs(i));
      const seeds = outputs.flatMap((output, i) => (output && cotangents[i] ? [[output, cotangents[i]] as const] : []));
      const targets = seeds.map(([output]) => output);
      const ways = waysBetween({ nodes }, targets, sources, {
        isDiscrete: (name) => e.isDiscrete(name),
        stops: derivation.stops,
      });
      const total = pullBack({ e, ways, seeds, observed: new Set(node.inputs), derivation });
      return node.inputs.map((name, i) => (needs(i) && node.inputs.indexOf(name) === i ? total(name) : null));
    },
    jvp: ({ e, node, tangents, derivation }) => {
      if (e.repeat)
        throw new MissingRuleError(node, 'it has no form for many tangents at once (`repeat`); ask for one tangent a run.');
      const { nodes, outputs } = expand(e, node, parts);
      const given = new Map(node.inputs.flatMap((name, i) => (tangents[i] ? [[name, tangents[i]] as const] : [])));
      const targets = outputs.filter((output) => output !== null && output !== '') as string[];
      const passes = { isDiscrete: (name: string) => e.isDiscrete(name), stops: derivation.stops };
      const made = pushForward(e, waysBetween({ nodes }, targets, given.keys(), passes), given, derivation);
      return outputs.map((output) => (output ? (made.get(output) ?? null) : null));
    },
  };
}

function expand(e: Emitter, node: Node, parts: Rewrite): Expansion {
  try {
    const expansion = expandNode(node, parts, {
      opset: e.opset,
      prefix: e.builder.unique(`${node.op}/part`),
      type: (name) => e.type(name),
      tensor: (name) => e.tensor(name),
      numbers: (name) => (e.tensor(name) ? null : (e.values(name) as readonly number[] | null)),
    });
    if (!expansion) throw new MissingRuleError(node);
    e.adopt(expansion);
    return expansion;
  } catch (error) {
    if (!(error instanceof CannotDecomposeError)) throw error;
    throw new MissingRuleError(node, `${error.reason} ${error.remedy}`, { cause: error });
  }
}

/** The rule of an operator that is written in parts only in some configurations. */
export function compositeWhere(applies: (e: Emitter, node: Node) => boolean, parts: Rewrite, otherwise: Rule): Rule {
  const rule = composite(parts);
  return {
    vjp: (call) => (applies(call.e, call.node) ? rule : otherwise).vjp(call),
    jvp: (call) => (applies(call.e, call.node) ? rule : otherwise).jvp(call),
  };
}
